using System.Text.RegularExpressions;
using ImcBot.Contracts;

namespace ImcBot.Core.Runbooks;

/// <summary>Puts a subject into its runbook: <c>${service}</c>, <c>${url}</c> and the runbook's parameters, wherever they stand.</summary>
internal static partial class Binding
{
    public const string Service = "service",
        Url = "url";

    /// <summary>The runbook as it is walked for this subject; its digest stays that of its bytes.</summary>
    public static Runbook For(this Runbook runbook, Subject subject) => runbook.With(NamesOf(runbook, subject));

    /// <summary>Why this subject cannot be served by its runbook, as sentences; none when it can.</summary>
    public static IReadOnlyList<string> Problems(Runbook runbook, Subject subject)
    {
        List<string> problems =
        [
            .. (subject.Parameters ?? new Dictionary<string, string>(StringComparer.Ordinal))
                .Keys.Where(name => runbook.Parameters.All(parameter => parameter.Name != name))
                .Select(name =>
                    $"{runbook.Id} has no parameter '{name}'"
                    + $"{(runbook.Parameters.Count == 0 ? ""
                        : $"; it takes {string.Join(", ", runbook.Parameters.Select(parameter => parameter.Name))}")}."
                ),
        ];
        if (runbook.TakesService() && subject.Service is null)
        {
            problems.Add($"{runbook.Id} is about any service: say which with 'service'.");
        }
        else if (!runbook.TakesService() && subject.Service is { } other && other != runbook.Service)
        {
            problems.Add($"{runbook.Id} is about {runbook.Service} and cannot be about {other}; leave 'service' out.");
        }

        if (DemandsUrl(runbook) && subject.Url is null)
        {
            problems.Add($"{runbook.Id} asks an address: say which with 'url'.");
        }

        if (problems.Count == 0)
        {
            var bound = runbook.For(subject);
            problems.AddRange(
                Calls(bound)
                    .Select(call => Catalog.Refuse(call) ?? Forbidden.Refuse(call))
                    .Concat(LadderRestarts(bound).Select(Forbidden.RefuseLadderRestart))
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal)
            );
        }

        return problems;
    }

    /// <summary>Whether it is about whatever service its subject names.</summary>
    public static bool TakesService(this Runbook runbook) => runbook.Service.Contains("${", StringComparison.Ordinal);

    /// <summary>Whether a host can be served without a subject of its own.</summary>
    public static bool StandsAlone(this Runbook runbook) => !TakesService(runbook) && !DemandsUrl(runbook);

    private static IEnumerable<string> LadderRestarts(Runbook runbook) =>
        runbook
            .Steps.SelectMany(step => step.Offers)
            .Select(offer => offer.Remedy)
            .Where(remedy => remedy?.Goal is not null)
            .SelectMany(remedy => remedy!.Starts)
            .Where(call => Catalog.PurposeOf(call.Use) is Purpose.Restart)
            .Select(call => call.With[CallArguments.Service]);

    /// <summary>Whether nothing of it works without an address: it opens on one alone, or a call cannot do without.</summary>
    private static bool DemandsUrl(Runbook runbook) =>
        (runbook.Outages.Count > 0 && runbook.Outages.All(opens => opens.Kind is OutageKind.UrlSilent))
        || Calls(runbook).Any(call => call.With.Any(pair => Asks(pair.Value) && !MayLack(call.Use, pair.Key)));

    private static bool Asks(string text) => text.Contains($"${{{Url}}}", StringComparison.Ordinal);

    private static bool MayLack(string use, string argument) =>
        Catalog.Find(use)?.Arguments.FirstOrDefault(one => one.Name == argument) is { Required: false };

    /// <summary>The text with the names that are given in their places; others are left to the relay.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> names) =>
        names.Count == 0 || !text.Contains("${", StringComparison.Ordinal)
            ? text
            : Name().Replace(text, match => names.GetValueOrDefault(match.Groups[1].Value, match.Value));

    /// <summary>
    /// The call with the names in their places. What comes out empty is left out: the subject has no such thing, and the catalog says
    /// whether the call can do without.
    /// </summary>
    public static Call Fill(Call call, IReadOnlyDictionary<string, string> names) =>
        call with
        {
            With = call
                .With.Select(pair => (pair.Key, Value: Fill(pair.Value, names)))
                .Where(pair => pair.Value.Length > 0)
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        };

    private static Dictionary<string, string> NamesOf(Runbook runbook, Subject subject)
    {
        var names = runbook.Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => subject.Parameters?.GetValueOrDefault(parameter.Name) ?? parameter.Default,
            StringComparer.Ordinal
        );
        names[Service] = subject.Service ?? runbook.Service;
        names[Url] = subject.Url ?? "";
        return names;
    }

    private static Runbook With(this Runbook runbook, Dictionary<string, string> names) =>
        runbook with
        {
            Title = Fill(runbook.Title, names),
            Service = Fill(runbook.Service, names),
            Words = runbook.Words.With(text => Fill(text, names)),
            Url = names[Url] is { Length: > 0 } url ? url : null,
            OpensOn = [.. runbook.OpensOn.Select(opens => opens with { Log = Fill(opens.Log, names), Source = Fill(opens.Source, names) })],
            Verify = [.. runbook.Verify.Select(check => Fill(check, names))],
            Steps =
            [
                .. runbook.Steps.Select(step =>
                    step with
                    {
                        Name = Fill(step.Name, names),
                        Check = Fill(step.Check, names),
                        Offers = [.. step.Offers.Select(offer => With(offer, names))],
                    }
                ),
            ],
        };

    private static Offer With(Offer offer, Dictionary<string, string> names) =>
        offer with
        {
            Does = Fill(offer.Does, names),
            Remedy = offer.Remedy is not { } remedy
                ? null
                : remedy with
                {
                    Rungs = [.. remedy.Rungs.Select(call => Fill(call, names))],
                    Goal = remedy.Goal is null ? null : Fill(remedy.Goal, names),
                    Riders = [.. remedy.Riders.Select(call => Fill(call, names))],
                    Starts = [.. remedy.Starts.Select(call => Fill(call, names))],
                },
            Evidence = offer.Evidence is null ? null : Fill(offer.Evidence, names),
        };

    private static IEnumerable<Call> Calls(Runbook runbook) =>
        [
            runbook.StartOnce.Starts[0],
            .. runbook.Verify,
            .. runbook.Steps.SelectMany(step =>
                step.Offers.SelectMany(offer =>
                        (IEnumerable<Call>)[.. offer.Remedy?.Calls ?? [], .. offer.Evidence is { } evidence ? [evidence] : (Call[])[]]
                    )
                    .Prepend(step.Check)
            ),
        ];

    [GeneratedRegex(@"\$\{([a-z][a-z0-9-]*)\}")]
    private static partial Regex Name();
}

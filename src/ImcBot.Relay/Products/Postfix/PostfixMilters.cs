using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Do the milters answer that mail is shown to on its way in? One at a port of this host is connected to; of another the log of the last
/// ten minutes tells. What becomes of mail without it is <c>milter_default_action</c>. Data: <c>away</c>, a line each with that.
/// </summary>
internal sealed partial class PostfixMilters : ICheck
{
    public const string Use = "postfix.milters";

    private const string Action = "milter_default_action";
    private const int Lines = 500;

    private static readonly string[] Settings = ["smtpd_milters", "non_smtpd_milters"];

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10),
        Patience = TimeSpan.FromSeconds(1);

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var milters = await NamedAsync(instance, cancellationToken);
        var lost = milters.Count == 0 ? [] : await LostAsync(instance, cancellationToken);
        var away = new List<(string Name, string Action)>();
        foreach (var milter in milters)
        {
            if (await IsAwayAsync(site, milter.Name, lost, cancellationToken))
            {
                away.Add(milter);
            }
        }

        return Finding.Of(
            Finding.When(away.Count == 0),
            away is [var (name, action), ..]
                    ? $"The milter {name} does not answer: {Becomes(action)} (milter_default_action = {action})."
                        + $"{(away.Count == 1 ? "" : $" {away.Count - 1} more likewise.")}"
                : milters.Count == 0 ? "No milter is asked."
                : $"{Words.Count(milters.Count, "milter")} asked, and none known to be away.",
            ("away", string.Join('\n', away.Select(one => $"{one.Name} {one.Action}")))
        );
    }

    private static string Becomes(string action) =>
        action switch
        {
            "accept" => "all mail passes unseen",
            "quarantine" => "all mail is taken and held",
            "reject" => "all mail is refused for good",
            _ => "all mail is refused for now, and senders try again",
        };

    /// <summary>Those of main.cf and of single lines of master.cf, each once, with what is done without it.</summary>
    private static async Task<IReadOnlyList<(string Name, string Action)>> NamedAsync(
        PostfixInstance instance,
        CancellationToken cancellationToken
    )
    {
        var usual = await instance.SettingAsync(Action, cancellationToken);
        var named = new List<(string Text, string Action)>();
        foreach (var setting in Settings)
        {
            named.Add((await instance.SettingAsync(setting, cancellationToken), usual));
        }

        var own = (await instance.AskAsync(instance.Program("postconf", "-P"), cancellationToken))
            .Split('\n')
            .Select(line => Own().Match(line))
            .Where(match => match.Success)
            .ToLookup(match => match.Groups[1].Value, match => (Setting: match.Groups[2].Value, Text: match.Groups[3].Value));
        named.AddRange(
            own.SelectMany(line =>
                line.Where(one => Settings.Contains(one.Setting, StringComparer.Ordinal))
                    .Select(one => (one.Text, line.FirstOrDefault(other => other.Setting == Action).Text ?? usual))
            )
        );
        return [.. named.SelectMany(one => Milter().Matches(one.Text).Select(match => (match.Value, one.Action))).Distinct()];
    }

    private static async Task<IReadOnlyList<string>> LostAsync(PostfixInstance instance, CancellationToken cancellationToken)
    {
        var site = instance.Site;
        var since = await site.Host.Machine.TimeAsync(cancellationToken) - (long)Lately.TotalMicroseconds;
        return
        [
            .. (await site.LastEventsAsync(instance.Service, Lines, cancellationToken))
                .Where(entry => entry.At >= since && site.Read(entry).Kind == LineKinds.MilterLost)
                .Select(entry => entry.Message),
        ];
    }

    private static async Task<bool> IsAwayAsync(
        Site site,
        string milter,
        IReadOnlyList<string> lost,
        CancellationToken cancellationToken
    ) =>
        Here().Match(milter) is { Success: true } here
            ? await site.Host.Machine.TalkAsync(ListensAt.Loopback, int.Parse(here.Groups[1].Value), [], Patience, cancellationToken)
                is null
            : lost.Any(line => line.Contains(milter, StringComparison.Ordinal));

    [GeneratedRegex(@"\b(?:inet|unix|local):[^\s,}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Milter();

    /// <summary>A setting of one line of master.cf, as <c>postconf -P</c> prints it.</summary>
    [GeneratedRegex(@"^(\S+)/([a-z_]+) = (.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Own();

    [GeneratedRegex(@"^inet:(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$", RegexOptions.CultureInvariant)]
    private static partial Regex Here();
}

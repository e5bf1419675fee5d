using System.Text.Json;
using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>
/// A request for approval. What will be done is read from the plan's bytes and nothing else: those bytes are what is hashed, granted and
/// executed.
/// </summary>
internal static class ApprovalCard
{
    public const string HeldUp = "HELD UP by the owner";

    private const string Details = "details";
    private const int Short = 120,
        Long = 240,
        Named = 3;

    public static AdaptiveCard Draw(Incident incident, Change request, Viewing viewing, int lines)
    {
        try
        {
            return Draw(incident, request, Plan.FromBytes(request.Plan), viewing, lines);
        }
        catch (JsonException)
        {
            return Unreadable(incident, request);
        }
    }

    private static AdaptiveCard Draw(Incident incident, Change request, Plan plan, Viewing viewing, int lines) =>
        new(
            Shape.Body([
                Shape.Head(
                    request.Impact is Impact.Reversible ? "warning" : "attention",
                    $"APPROVE? {Words.Escape(plan.Host + incident.Beside, 80)}: {Words.Escape(request.Does, 80)}",
                    request.Question.ToString(),
                    new TextBlock($"{Heaviness(request.Impact)}. Answer by {Moment.Time(request.ExpiresAt)}") { Spacing = "None" }
                ),
                Line("Why", Words.Clean(Why(incident, request), Short)),
                Line("Does", Words.Clean($"{Touched.In(plan, incident.Words)}{Budget(incident, request, plan)}.", Long)),
                Line("Users", Touched.Users(plan), Touched.Danger(incident, plan)),
                Line("Undo", PlanUndo.InShort(request, plan)),
                Line("May sign", Signers(request, viewing)),
                Signed(request),
                Objections(incident, request),
                .. Yours(incident, request, viewing.Reader),
                new Container(ApprovalDetails.Of(incident, request, plan, lines))
                {
                    Id = Details,
                    IsVisible = false,
                    Style = "emphasis",
                },
            ]),
            [.. Buttons(incident, request, viewing.Reader), new ToggleVisibility("Show details", [Details])],
            $"{request.Question}: approve {Words.Clean(request.Does, 160)} on {Words.Clean(plan.Host + incident.Beside, 80)}? Type "
                + $"approve {request.Question.Short} or deny {request.Question.Short} why."
        )
        {
            Refresh = new Refresh(Ask(incident, request), viewing.Deciders),
        };

    /// <summary>A line over the whole width: on a telephone a column of labels takes a third of it.</summary>
    private static RichText Line(string label, string says, string? danger = null)
    {
        TextRun[] runs = [new($"{label}  ") { IsSubtle = true }, new(Words.Clean(says))];
        return new RichText(danger is null ? runs : [.. runs, new(" " + Words.Clean(danger)) { Weight = "Bolder", Color = "Attention" }])
        {
            Spacing = "Small",
        };
    }

    /// <summary>What this person may decide. A button gives no right: the answer is judged by who sends it.</summary>
    private static IEnumerable<CardAction> Buttons(Incident incident, Change request, Person? reader)
    {
        if (reader is null)
        {
            yield return Ask(incident, request);
            yield break;
        }

        if (ApprovalRules.Refuse(request, reader) is null && !request.IsHeldUp(incident.Now))
        {
            yield return Shape.Button("Approve", Vocabulary.Approve, incident, request.Question, style: "positive", plan: request.Digest);
        }

        if (ApprovalRules.MayRefuse(request, reader))
        {
            yield return Shape.Button("No, offer the next", Vocabulary.DenyNext, incident, request.Question, plan: request.Digest);
            yield return Shape.Button(
                "No, stop asking",
                Vocabulary.DenyStop,
                incident,
                request.Question,
                style: "destructive",
                plan: request.Digest
            );
        }
        else
        {
            yield return Shape.Button(
                ApprovalRules.MayHoldUp(incident, request, reader) ? $"Hold it up for {Minutes}" : "Object",
                Vocabulary.DenyNext,
                incident,
                request.Question,
                plan: request.Digest
            );
        }
    }

    private static string Minutes => $"{Votes.OwnersPause / Micros.Minute} minutes";

    private static Execute Ask(Incident incident, Change request) =>
        Shape.Button("Show what I may decide", Vocabulary.View, incident, request.Question);

    private static IEnumerable<Element> Yours(Incident incident, Change request, Person? reader)
    {
        if (reader is not null)
        {
            if (ApprovalRules.Refuse(request, reader) is { } refusal)
            {
                yield return Shape.Plain(
                    $"{refusal} You may "
                        + $"{(ApprovalRules.MayRefuse(request, reader) ? "refuse it"
                            : ApprovalRules.MayHoldUp(incident, request, reader) ? $"hold it up once, for {Minutes}" : "object")}.",
                    weight: "Bolder"
                ) with
                {
                    Spacing = "Small",
                };
            }

            yield return new TextInput
            {
                Id = "why",
                Label = "Reason",
                Placeholder = "optional, goes into the record",
                Spacing = "Medium",
                Separator = true,
            };
        }
    }

    private static AdaptiveCard Unreadable(Incident incident, Change request) =>
        new(
            [
                Shape.Head("attention", $"{Words.Escape(incident.Label, 80)}: this plan cannot be read", request.Question.ToString()),
                Shape.Plain(
                    "Its bytes are no plan that this bot knows, so it cannot be approved. Refuse it, and update the bot or the relay."
                ),
            ],
            [Shape.Button("No, stop asking", Vocabulary.DenyStop, incident, request.Question, style: "destructive")],
            $"{request.Question}: the plan cannot be read and cannot be approved."
        );

    private static string Heaviness(Impact impact) =>
        impact switch
        {
            Impact.Reversible => "REVERSIBLE",
            Impact.Disruptive => "DISRUPTIVE",
            Impact.Destructive => "DESTRUCTIVE",
            _ => "IMPACT UNKNOWN",
        };

    /// <summary>What the article or the person who asked has found that speaks for it.</summary>
    public static string Why(Incident incident, Change request)
    {
        if (incident.Runbook.Find(request.Step) is not { } step)
        {
            return request.Kind switch
            {
                ChangeKind.StartOnce => "The service is stopped. One plain start shows whether it can be restarted at all.",
                ChangeKind.Wedged => "The service neither stops nor works; until its process is ended nothing can be moved or started.",
                ChangeKind.Undo => $"{request.AskedBy!.Name} asked to take an earlier change back.",
                ChangeKind.Items => $"{request.AskedBy!.Name} asked for it; ImcBot offers nothing of the kind by itself.",
                _ => incident.Headline,
            };
        }

        var clear = incident
            .Runbook.Steps.Select((candidate, index) => (candidate, Number: index + 1))
            .Where(entry => incident.Findings.GetValueOrDefault(entry.candidate.Id)?.Verdict is Verdict.Clear)
            .Select(entry => entry.Number)
            .ToArray();
        var others =
            clear.Length == 0 ? ""
            : clear.Length == 1 ? $" Step {clear[0]} is clear."
            : $" Steps {string.Join(", ", clear)} are clear.";
        return $"{Found(incident, step)}.{others} ({step.Kb})";
    }

    /// <summary>What a step's check found, without a full stop; it comes before what the step cites, which nobody needs first.</summary>
    public static string Found(Incident incident, Step step) =>
        incident.Findings.GetValueOrDefault(step.Id)?.Summary.TrimEnd('.') ?? "Not checked";

    private static string Budget(Incident incident, Change request, Plan plan) =>
        request.Search is { } search
            ? $"; at most {Words.Count(search.Starts, SearchEstimate.Of(incident, plan).Round)}, "
                + $"{incident.Words.CountCrashes(search.Crashes)}, {search.Minutes} min"
            : "";

    private static string Signers(Change request, Viewing viewing)
    {
        if (viewing.Signers is not { } names)
        {
            return ApprovalRule.InWords(ApprovalRules.Missing(request));
        }

        string[] all =
            viewing.Reader is { } reader && ApprovalRules.Refuse(request, reader) is null
                ? ["you", .. names.Where(name => name != reader.Name.Value)]
                : [.. names];
        return all.Length == 0
            ? $"nobody on duty: it needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}"
            : $"{string.Join(", ", all.Take(all.Length <= Named + 1 ? all.Length : Named))}"
                + $"{(all.Length > Named + 1 ? $" and {all.Length - Named} more" : "")}{Wanted(request)}";
    }

    private static string Wanted(Change request) =>
        ApprovalRules.Missing(request) is { Count: > 1 } missing ? $"; needs {ApprovalRule.InWords(missing)}" : "";

    private static ColumnSet? Objections(Incident incident, Change request) =>
        request.Objections.IsEmpty && !request.IsHeldUp(incident.Now)
            ? null
            : Shape.Row(
                "Object",
                [
                    request.IsHeldUp(incident.Now) && request.PausedUntil is { } until
                        ? new TextBlock($"**{HeldUp} until {Moment.Time(until)}**") { Color = "Warning" }
                        : null,
                    .. request.Objections.Select(objection =>
                        Shape.Plain($"{objection.By.Name}{(string.IsNullOrWhiteSpace(objection.Why.Value) ? "" : $": {objection.Why}")}")
                    ),
                ]
            );

    private static ColumnSet? Signed(Change request) =>
        request.Votes.IsEmpty
            ? null
            : Shape.Row(
                "Signed",
                [
                    .. request.Votes.Select(vote => new TextBlock(
                        $"**{Words.Escape(vote.By.Name.ToString(), 60)}** approved {Moment.Time(vote.At)}"
                    )),
                    Shape.Plain($"still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}", weight: "Bolder"),
                ]
            );
}

using System.Text.Json;
using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>
/// A request for approval. What will be done is read from the plan's bytes and nothing else: those bytes are what is hashed, granted and
/// executed.
/// </summary>
internal static class ApprovalCard
{
    private const string Details = "details",
        Items = "items";
    private const int Short = 120,
        Long = 240,
        Named = 3;
    private const long Minute = 60_000_000;

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
            [
                Shape.Head(
                    request.Impact is Impact.Reversible ? "warning" : "attention",
                    $"APPROVE? {Words.Escape(plan.Host + incident.Beside, 80)}: {Words.Escape(request.Does, 80)}",
                    request.Question.ToString(),
                    new TextBlock($"{Heaviness(request.Impact)}. Answer by {Moment.Time(request.ExpiresAt)}") { Spacing = "None" }
                ),
                Line("Why", Words.Clean(Why(incident, request), Short)),
                Line("Does", Words.Clean($"{Touched.In(plan, incident.Words)}{Budget(incident, request)}.", Long)),
                Line("Users", Touched.Users(plan), Touched.Danger(incident, plan)),
                Line("Undo", UndoInShort(request, plan)),
                Line("May sign", Signers(request, viewing)),
                .. Signed(request),
                .. Objections(request),
                .. Yours(incident, request, viewing.Reader),
                new Container([.. InDetail(incident, request, plan, lines)])
                {
                    Id = Details,
                    IsVisible = false,
                    Style = "emphasis",
                },
            ],
            [.. Buttons(incident, request, viewing.Reader), new ToggleVisibility("Show details", [Details])],
            $"{request.Question}: approve {Words.Clean(request.Does, 160)} on {Words.Clean(plan.Host + incident.Beside, 80)}? Type "
                + $"approve {request.Question.Short} or deny {request.Question.Short} why."
        )
        {
            Refresh = new Refresh(Ask(incident, request), viewing.Deciders),
        };

    /// <summary>All that the plan says, step by step, and how the request goes on.</summary>
    private static IEnumerable<Element> InDetail(Incident incident, Change request, Plan plan, int lines) =>
        [
            Shape.Row("Why", Why(incident, request)),
            Shape.Row("Steps", Does(plan, lines)),
            Shape.Row("Not in it", Touched.NotIn(plan, incident.Words)),
            .. Limit(request, plan) is { } limit ? [Shape.Row("Limit", limit)] : Array.Empty<Element>(),
            .. Takes(incident, request),
            Shape.Row("Risk", Shape.Lines(plan.Risks.Count > 0 ? plan.Risks : ["none known to the relay"], Math.Min(lines, 8))),
            Shape.Row("Undo", Shape.Lines(Undo(plan), Math.Min(lines, 8))),
            Shape.Row(
                "Silence",
                new TextBlock(
                    $"Nothing happens. Others are asked {Moment.Time(request.AskedAt + (CallOrder.NextAfter * Minute))} and "
                        + $"{Moment.Time(request.AskedAt + (CallOrder.SeniorAfter * Minute))}."
                )
            ),
            Shape.Row("Rule", MayDecide(request)),
            .. Pages.Rows(incident, request.Question),
            .. ItemList(plan, lines),
            Shape.Small(
                $"or type: **approve {request.Question.Short}** · **deny {request.Question.Short} why** · plan {request.Digest[..8]}"
            ),
        ];

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

        if (ApprovalRules.Refuse(request, reader) is null)
        {
            yield return Shape.Button("Approve", "approve", incident, request.Question, style: "positive", plan: request.Digest);
        }

        if (ApprovalRules.MayRefuse(request, reader))
        {
            yield return Shape.Button("No, offer the next", "deny-next", incident, request.Question, plan: request.Digest);
            yield return Shape.Button(
                "No, stop asking",
                "deny-stop",
                incident,
                request.Question,
                style: "destructive",
                plan: request.Digest
            );
        }
        else
        {
            yield return Shape.Button(
                MayPause(incident, request, reader) ? "Hold it up for 10 minutes" : "Object",
                "deny-next",
                incident,
                request.Question,
                plan: request.Digest
            );
        }
    }

    private static bool MayPause(Incident incident, Change request, Person reader) =>
        incident.Owner == reader && request.PausedUntil is null;

    private static Execute Ask(Incident incident, Change request) =>
        Shape.Button("Show what I may decide", "view", incident, request.Question);

    private static IEnumerable<Element> Yours(Incident incident, Change request, Person? reader)
    {
        if (reader is not null)
        {
            if (ApprovalRules.Refuse(request, reader) is { } refusal)
            {
                yield return Shape.Plain(
                    $"{refusal} You may "
                        + $"{(ApprovalRules.MayRefuse(request, reader) ? "refuse it"
                            : MayPause(incident, request, reader) ? "hold it up once, for 10 minutes" : "object")}.",
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
            [Shape.Button("No, stop asking", "deny-stop", incident, request.Question, style: "destructive")],
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

    private static string Why(Incident incident, Change request)
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
        return $"{step.Kb}: {incident.Findings.GetValueOrDefault(step.Id)?.Summary.TrimEnd('.') ?? "not checked"}.{others}";
    }

    private static IEnumerable<Element> Does(Plan plan, int lines)
    {
        var effects = plan.Effects.Select((effect, index) => $"{index + 1}. {Part(plan, effect)}{effect.Does}{Bound(effect)}").ToArray();
        return Shape.Lines(effects, lines);
    }

    private static string Part(Plan plan, PlannedEffect effect) =>
        plan.Remedy.Riders.Any(rider => rider.Use == effect.Call.Use) && plan.Remedy.Rungs.All(rung => rung.Use != effect.Call.Use)
            ? "rides along: "
            : "";

    private static string Bound(PlannedEffect effect) =>
        effect is { Scope: Scope.Bounded, Items.Count: 0, Ceiling: { } most }
            ? $" (at most {Words.Count(most.Count, "file")}, {Size.Of(most.Bytes)})"
            : "";

    private static string Budget(Incident incident, Change request) =>
        request.Search is { } search
            ? $"; at most {Words.Count(search.Starts, "start")}, {incident.Words.CountCrashes(search.Crashes)}, {search.Minutes} min"
            : "";

    /// <summary>What the budget comes to on this host; the plan's bytes hold the limits, this is only an estimate.</summary>
    private static IEnumerable<Element> Takes(Incident incident, Change request)
    {
        if (request.Search is not { } limits)
        {
            yield break;
        }

        var estimate = SearchEstimate.Of(incident);
        var (fewest, most) = estimate.Minutes(limits);
        var source = estimate.Measured ? "stop and start as measured here" : "stop and start as the host profile allows, not yet measured";
        var spent = most < limits.Minutes ? $" {Words.Count(limits.Starts, "start")} in all: about {Moment.Long(most * 60)}." : "";
        yield return Shape.Row(
            "Takes",
            $"2 starts and about {Moment.Long(fewest * 60)} if the suspects are right.{spent} "
                + $"One start: {Moment.Long(estimate.Stop)} + {Moment.Long(estimate.Start)} + {Moment.Long(estimate.Watch)} watched "
                + $"({source})."
        );
    }

    /// <summary>What ends it; the budget of a search stands in what it does.</summary>
    private static string? Limit(Change request, Plan plan) =>
        request.Search is not null ? null
        : plan.Remedy.Goal is not null ? "Once, gentlest first; stops as soon as the check is clear."
        : "Once. Changes on the server before it runs void it.";

    private static string UndoInShort(Change request, Plan plan)
    {
        var changes = Changes(plan).ToList();
        var never = changes.Where(entry => entry.Effect.Undo is null).Select(entry => entry.Number).ToList();
        return changes.Count == 0 ? "nothing to take back"
            : plan.Remedy.UndoOf is not null ? "this is an undo; it is not taken back again"
            : never.Count == changes.Count ? "CANNOT BE UNDONE"
            : never.Count > 0
                ? $"CANNOT BE UNDONE: step {string.Join(", ", never)} of {plan.Effects.Count}; 'undo {request.Question.Number}' "
                    + "takes the rest back"
            : changes.Count == 1 ? Back(changes[0].Effect)
            : $"'undo {request.Question.Number}' takes {(changes.Count == 2 ? "both" : $"all {changes.Count}")} changes back";
    }

    private static string[] Undo(Plan plan)
    {
        var changes = Changes(plan).ToList();
        var never = changes.Where(entry => entry.Effect.Undo is null).Select(entry => entry.Number).ToArray();
        string[] undo = [.. changes.Where(entry => entry.Effect.Undo is not null).Select(entry => $"{entry.Number}: {Back(entry.Effect)}")];
        return never.Length == 0 && undo.Length == 0
            ? ["nothing to take back"]
            : [.. never.Length == 0 ? Array.Empty<string>() : [$"{string.Join(", ", never)}: CANNOT BE UNDONE"], .. undo];
    }

    /// <summary>The effects that change something as things stand, by their step.</summary>
    private static IEnumerable<(PlannedEffect Effect, int Number)> Changes(Plan plan) =>
        plan.Effects.Select((effect, index) => (Effect: effect, Number: index + 1)).Where(entry => entry.Effect.Touches.Count > 0);

    private static string Back(PlannedEffect effect) =>
        effect.Touches.Say(Trait.Items) && effect.Touches.Say(Trait.Holds)
            ? $"{effect.Undo}; what is proved bad comes back with it"
            : effect.Undo!;

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

    private static string MayDecide(Change request)
    {
        var asker = ApprovalRules.NeedsOtherPerson(request) ? "who may not approve it" : $"who may approve it if {request.Approval.Role}";
        var glass = request.Impact is Impact.Reversible or Impact.Disruptive
            ? $" In need one on call alone: break-glass {request.Question.Short} reason."
            : "";
        var each = request.Approval.Seats.Count > 1 ? ", each a person of their own" : "";
        return $"{request.Approval.Words}{each}; they alone may refuse it. Asked by {request.AskedBy!.Name}, {asker}.{glass}";
    }

    private static IEnumerable<Element> Objections(Change request) =>
        request.Objections.IsEmpty && request.PausedUntil is null
            ? []
            :
            [
                Shape.Row(
                    "Object",
                    [
                        .. request.PausedUntil is { } until
                            ? [new TextBlock($"**HELD UP by the owner until {Moment.Time(until)}**") { Color = "Warning" }]
                            : Array.Empty<Element>(),
                        .. request.Objections.Select(objection =>
                            Shape.Plain(
                                $"{objection.By.Name}{(string.IsNullOrWhiteSpace(objection.Why.Value) ? "" : $": {objection.Why}")}"
                            )
                        ),
                    ]
                ),
            ];

    private static IEnumerable<Element> Signed(Change request) =>
        request.Votes.IsEmpty
            ? []
            :
            [
                Shape.Row(
                    "Signed",
                    [
                        .. request.Votes.Select(vote => new TextBlock(
                            $"**{Words.Escape(vote.By.Name.ToString(), 60)}** approved {Moment.Time(vote.At)}"
                        )),
                        Shape.Plain($"still needs {ApprovalRule.InWords(ApprovalRules.Missing(request))}", weight: "Bolder"),
                    ]
                ),
            ];

    private static IEnumerable<Element> ItemList(Plan plan, int lines)
    {
        var items = plan.Effects.SelectMany(effect => effect.Items).Select(item => $"{item.Path}  {Size.Of(item.Size)}").ToArray();
        if (items.Length == 0)
        {
            yield break;
        }

        yield return new ActionSet([new ToggleVisibility(items.Length == 1 ? "Show the file" : $"Show the {items.Length} files", [Items])]);
        yield return new Container([.. Shape.Lines(items, lines)])
        {
            Id = Items,
            IsVisible = false,
            Style = "emphasis",
        };
    }
}

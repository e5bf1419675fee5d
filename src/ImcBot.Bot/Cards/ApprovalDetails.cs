using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>All that the plan of a request says, step by step, and how the request goes on.</summary>
internal static class ApprovalDetails
{
    private const string Items = "items";

    public static IReadOnlyList<Element> Of(Incident incident, Change request, Plan plan, int lines) =>
        Shape.Body([
            Shape.Row("Why", ApprovalCard.Why(incident, request)),
            Shape.Row("Steps", Does(plan, incident.Words, lines)),
            Shape.Row("Not in it", Touched.NotIn(plan, incident.Words)),
            Limit(request, plan) is { } limit ? Shape.Row("Limit", limit) : null,
            Takes(incident, request, plan),
            Shape.Row("Risk", Shape.Lines(plan.Risks.Count > 0 ? plan.Risks : ["none known to the relay"], Math.Min(lines, 8))),
            Shape.Row("Undo", Shape.Lines(PlanUndo.Of(plan), Math.Min(lines, 8))),
            Shape.Row(
                "Silence",
                new TextBlock(
                    "Nothing happens. Others are asked "
                        + string.Join(" and ", Calls(request).Distinct().Select(static at => Moment.Time(at)))
                        + "."
                )
            ),
            Shape.Row("Rule", MayDecide(request)),
            Pages.Row(incident, request.Question),
            .. ItemList(plan, lines),
            Shape.Small(
                $"or type: **approve {request.Question.Short}** · **deny {request.Question.Short} why** · plan {request.Digest[..8]}"
            ),
        ]);

    /// <summary>When others are called; nobody is while the owner holds it up.</summary>
    private static IEnumerable<long> Calls(Change request)
    {
        var since = request.Objections.LastOrDefault(objection => objection.By == request.PausedBy)?.At;
        foreach (var minutes in (int[])[CallOrder.NextAfter, CallOrder.SeniorAfter])
        {
            var at = request.CalledFrom + (minutes * Micros.Minute);
            yield return request.PausedUntil is { } until && at > since && at < until ? until : at;
        }
    }

    private static IEnumerable<Element> Does(Plan plan, SubjectWords words, int lines)
    {
        var effects = plan
            .Effects.Select((effect, index) => $"{index + 1}. {Part(plan, effect)}{effect.Does}{Bound(effect, words)}")
            .ToArray();
        return Shape.Lines(effects, lines);
    }

    private static string Part(Plan plan, PlannedEffect effect) =>
        plan.Remedy.Riders.Any(rider => rider.Use == effect.Call.Use) && plan.Remedy.Rungs.All(rung => rung.Use != effect.Call.Use)
            ? "rides along: "
            : "";

    private static string Bound(PlannedEffect effect, SubjectWords words) =>
        effect is { Scope: Scope.Bounded, Items.Count: 0, Ceiling: { } most }
            ? $" (at most {Touched.Count(effect, most.Count, words)}, {Size.Of(most.Bytes)})"
            : "";

    /// <summary>What the budget comes to on this host; the plan's bytes hold the limits, this is only an estimate.</summary>
    private static ColumnSet? Takes(Incident incident, Change request, Plan plan)
    {
        if (request.Search is not { } limits)
        {
            return null;
        }

        var estimate = SearchEstimate.Of(incident, plan);
        var ((rounds, fewest), most) = (estimate.AtBest, estimate.Most(limits));
        var all = most < limits.Minutes ? $" {Words.Count(limits.Starts, estimate.Round)} in all: about {Moment.Long(most * 60)}." : "";
        return Shape.Row(
            "Takes",
            $"{Words.Count(rounds, estimate.Round)} and about {Moment.Long(fewest * 60)} if the suspects are right.{all} "
                + $"One {estimate.Round}: {OneRound(estimate)}."
        );
    }

    private static string OneRound(SearchEstimate estimate) =>
        !estimate.Starts
            ? $"watched for {Moment.Long(estimate.Watch)}, the service goes on"
            : $"{Moment.Long(estimate.Stop)} + {Moment.Long(estimate.Start)} + {Moment.Long(estimate.Watch)} watched "
                + (
                    estimate.Measured
                        ? "(stop and start as measured here)"
                        : "(stop and start as the host profile allows, not yet measured)"
                );

    /// <summary>What ends it; the budget of a search stands in what it does.</summary>
    private static string? Limit(Change request, Plan plan) =>
        request.Search is not null ? null
        : plan.Remedy.Goal is not null ? "Once, gentlest first; stops as soon as the check is clear."
        : "Once. Changes on the server before it runs void it.";

    private static string MayDecide(Change request)
    {
        var asker = ApprovalRules.NeedsOtherPerson(request) ? "who may not approve it" : $"who may approve it if {request.Approval.Role}";
        var glass = request.Impact is Impact.Reversible or Impact.Disruptive
            ? $" In need one on call alone: break-glass {request.Question.Short} reason."
            : "";
        var each = request.Approval.Seats.Count > 1 ? ", each a person of their own" : "";
        return $"{request.Approval.Words}{each}; they alone may refuse it. Asked by {request.AskedBy!.Name}, {asker}.{glass}";
    }

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

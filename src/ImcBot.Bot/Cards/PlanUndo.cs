using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>What of a plan can be taken back, and how.</summary>
internal static class PlanUndo
{
    public static string InShort(Change request, Plan plan)
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

    public static string[] Of(Plan plan)
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
}

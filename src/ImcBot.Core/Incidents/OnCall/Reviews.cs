namespace ImcBot.Core.Incidents;

/// <summary>Who reviews what one on call approved alone.</summary>
internal static class Reviews
{
    public static string? Refuse(Incident incident, Commanded command) =>
        incident.BrokenGlass.Count == 0 ? $"Nothing in {incident.Name} was approved by break-glass; it needs no reviewer."
        : command.Other is not { } reviewer ? "Say who reviews it: review @name."
        : incident.BrokenGlass.Any(broken => broken.Glass!.By == reviewer)
            ? $"{reviewer.Name} broke the glass; somebody else must review it."
        : null;

    public static Draft Learn(Draft draft, Person reviewer) =>
        draft
            .Set(incident => incident with { Reviewer = reviewer })
            .Say(
                $"{reviewer.Name} reviews what was approved by break-glass: "
                    + $"{string.Join(", ", draft.Incident.BrokenGlass.Select(broken => broken.Question.Short))}.",
                reviewer.Id
            );
}

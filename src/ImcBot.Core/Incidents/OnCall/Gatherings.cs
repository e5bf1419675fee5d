using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Several hosts at once: one card and one page for all, and every host walks its own article with its own approvals.</summary>
internal static class Gatherings
{
    private const int MostNamed = 5;

    /// <summary>The founder calls for all; whoever joins calls nobody.</summary>
    public static Draft Begin(Draft draft, Gathering gathering)
    {
        var founds = gathering.Founder == draft.Incident.Number;
        draft = draft.Set(incident =>
            incident with
            {
                Founder = gathering.Founder,
                Members = founds ? [incident.Number, .. gathering.Earlier] : [],
            }
        );
        var hosts = SubjectWords.List([draft.Incident.Host, .. gathering.Hosts], gathering.Hosts.Count + 1, MostNamed);
        return draft
            .When(
                founds,
                founder =>
                    founder
                        .Show(CardKind.Gathering, default, Role.OnCall)
                        .Alarm(Role.OnCall, $"{gathering.Hosts.Count + 1} hosts: {hosts}: {founder.Incident.Runbook.Title}")
                        .TellNobodyOnCall()
            )
            .Show(CardKind.Incident)
            .When(
                !founds || gathering.Earlier.Count > 0,
                told => told.Add(new Gather(gathering.Founder, founds ? gathering.Earlier : [gathering.Founder]))
            );
    }

    public static string? Refuse(Incident incident, Gathered gathered) =>
        gathered.Founder != incident.Number && incident.Founder is { } founder
            ? $"{incident.Name} is shown by INC-{founder} already."
            : null;

    public static Draft Learn(Draft draft, Gathered gathered) =>
        gathered.Founder == draft.Incident.Number
            ? draft.Set(incident => incident with { Members = incident.Members.Add(gathered.Incident) }).Show(CardKind.Gathering)
            : draft.Set(incident => incident with { Founder = gathered.Founder }).Show(CardKind.Incident);
}

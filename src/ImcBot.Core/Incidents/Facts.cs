namespace ImcBot.Core.Incidents;

/// <summary>Which subject takes a fact: why it is declined, what it tells, and what follows.</summary>
internal static class Facts
{
    /// <summary>Why this fact changes nothing, as a sentence for whoever sent it; null when it is taken.</summary>
    public static string? Refuse(Incident incident, Fact fact) =>
        fact switch
        {
            Checked @checked => Checks.Refuse(incident, @checked.Report),
            Planned planned => Planning.Refuse(incident, planned.Report),
            Acted acted => Runs.Refuse(incident, acted.Report),
            Granted granted => Ageing.Refuse(incident, granted),
            Queued queued => Ageing.Refuse(incident, queued),
            Voted voted => Votes.Refuse(incident, voted),
            Commanded command => Commands.Refuse(incident, command),
            ClockSet set => RecordKeeping.Refuse(incident, set),
            Paged paged => Calls.Refuse(incident, paged),
            Acknowledged seen => Calls.Refuse(incident, seen),
            Refused refused => refused.Why.Value ?? "refused",
            Gathered gathered => Gatherings.Refuse(incident, gathered),
            Introduced introduced => Alerts.Refuse(incident, introduced),
            Opened => $"A '{nameof(Opened)}' cannot happen to an open incident.",
            _ => null,
        };

    /// <summary>The incident with what the fact tells, and what is to be done about that wherever it leads.</summary>
    public static Draft Learn(Draft draft, Fact fact) =>
        fact switch
        {
            Alerted alerted => Alerts.Learn(draft, alerted.Alert),
            Checked @checked => Checks.Learn(draft, @checked.Report),
            Planned planned => Planning.Learn(draft, planned.Report),
            Acted acted => Runs.Learn(draft, acted.Report),
            Granted granted => Ageing.Learn(draft, granted),
            Queued queued => Ageing.Learn(draft, queued),
            Unposted unposted => RecordKeeping.Learn(draft, unposted),
            Voted voted => Votes.Learn(draft, voted),
            Commanded command => Commands.Learn(draft, command),
            DeadlinePassed passed => Deadlines.Learn(draft, passed),
            RelaySilent gone => Alerts.Learn(draft, silent: true, gone.HeardAt),
            RelayHeard => Alerts.Learn(draft, silent: false, null),
            Posted posted => RecordKeeping.Learn(draft, posted),
            RosterChanged changed => Calls.Learn(draft, changed),
            ClockSet set => RecordKeeping.Learn(draft, set),
            Paged paged => Calls.Learn(draft, paged),
            Acknowledged seen => Calls.Learn(draft, seen),
            Gathered gathered => Gatherings.Learn(draft, gathered),
            Introduced introduced => Alerts.Learn(draft, introduced),
            ChannelChanged changed => RecordKeeping.Learn(draft, changed),
            Unsaid unsaid => draft.Add(new Redact(unsaid.Entry)),
            _ => draft,
        };

    /// <summary>What follows the fact; null when it ends nothing and asks for nothing.</summary>
    /// <param name="before">The incident as the fact met it.</param>
    /// <param name="after">The same with what the fact tells.</param>
    public static Next? Follows(Incident before, Incident after, Fact fact) =>
        fact switch
        {
            Checked @checked => Checks.Follows(after, Checks.Ended(before, after, @checked.Report.Run.Question)),
            Planned planned => Planning.Follows(before, after, planned.Report),
            Acted acted => Runs.IsRound(before, acted.Report) ? null : Runs.Follows(after, acted.Report.Run.Question),
            Granted granted => Ageing.Follows(before, granted),
            Voted voted => Votes.Follows(before, after, voted),
            Commanded command => Commands.Follows(before, after, command),
            DeadlinePassed passed => Deadlines.Follows(before, after, passed),
            _ => null,
        };

    /// <summary>Whether the relay itself told it.</summary>
    public static bool IsFromRelay(Fact fact) => fact is Alerted or Checked or Planned or Acted or Introduced or RelayHeard;
}

using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>An incident as it begins: what is known, and who is called.</summary>
internal static class Beginning
{
    /// <param name="written">The runbook as it was written, without its subject.</param>
    public static Draft Of(Opened opened, Runbook written)
    {
        var runbook = opened.Subject is { } subject ? written.For(subject) : written;
        long? down =
            opened.Quiet || opened.Alert is null ? null
            : opened.Alert is { Events: [], Outage: null } ? opened.At
            : opened.Alert.Since;
        var draft = Draft.Of(
            new Incident
            {
                Number = opened.Number,
                Host = opened.Host,
                SubjectName = opened.Subject?.Name,
                IsOneOfSeveral = opened.IsOneOfSeveral,
                Relay = opened.Relay,
                Runbook = runbook,
                Profile = opened.Profile,
                Seed = opened.Seed,
                Quiet = opened.Quiet,
                OpenedAt = opened.At,
                Now = opened.At,
                RelayHeardAt = opened.At,
                Owner = opened.By,
                Roster = opened.Roster,
                DownSince = down,
                FirstDown = down,
                Outage = down is null ? 0 : 1,
                Events = opened.Alert is null ? [] : [.. opened.Alert.Events],
                ProfileAssumed = opened.ProfileAssumed,
                OpenedSilent = opened.Alert?.Outage?.Kind is OutageKind.UrlSilent,
            }
        );
        return (
            opened.Gathering is { } gathering
                ? Gatherings.Begin(draft, gathering)
                : draft
                    .Show(CardKind.Incident, default, opened.Quiet ? null : Role.OnCall)
                    .When(!opened.Quiet, called => called.AlarmOpening())
                    .TellNobodyOnCall()
        ).Wake(Deadline.StatusDue, default, opened.At + Deadlines.StatusEvery);
    }
}

using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>Several hosts at once: one card and one page for all, and every host walks its own article with its own approvals.</content>
internal sealed partial class IncidentMachine
{
    private const int MostNamed = 5;

    /// <summary>The founder calls for all; whoever joins calls nobody.</summary>
    private void OpenAmong(Gathering gathering)
    {
        var founds = gathering.Founder == _incident.Number;
        _incident = _incident with { Founder = gathering.Founder, Members = founds ? [_incident.Number, .. gathering.Earlier] : [] };
        if (founds)
        {
            Show(CardKind.Gathering, default, Role.OnCall);
            Alarm(Role.OnCall, $"{gathering.Hosts.Count + 1} hosts: {Named([_incident.Host, .. gathering.Hosts])}: {_incident.Runbook.Title}");
            TellNobodyOnCall();
        }

        Show(CardKind.Incident, default);
        if (!founds || gathering.Earlier.Count > 0)
        {
            _effects.Add(new Gather(gathering.Founder, founds ? gathering.Earlier : [gathering.Founder]));
        }
    }

    private void OnGathered(Gathered gathered)
    {
        if (gathered.Founder == _incident.Number)
        {
            _incident = _incident with { Members = _incident.Members.Add(gathered.Incident) };
            Show(CardKind.Gathering, default);
        }
        else if (_incident.Founder is { } founder)
        {
            Decline($"{_incident.Name} is shown by INC-{founder} already.");
        }
        else
        {
            _incident = _incident with { Founder = gathered.Founder };
            Show(CardKind.Incident, default);
        }
    }

    private void OnIntroduced(HostProfile profile)
    {
        if (!_incident.ProfileAssumed)
        {
            Decline($"The times of {_incident.Host} were known when {_incident.Name} opened and stay as they were.");
            return;
        }

        _incident = _incident with { Profile = profile, ProfileAssumed = false };
        if (_incident.Phase is Phase.Watching)
        {
            _effects.Add(new SetDeadline(Deadline.WatchEnds, _incident.WatchQuestion, _incident.Now + (profile.SettleSeconds * Second)));
        }
    }

    private static string Named(IReadOnlyList<string> hosts) =>
        string.Join(", ", hosts.Take(MostNamed)) + (hosts.Count > MostNamed ? $" and {hosts.Count - MostNamed} more" : "");
}

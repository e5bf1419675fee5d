using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>What the server says unasked, and whether its relay is there.</summary>
internal static class Alerts
{
    /// <summary>A service that goes up and down calls no more often than this, but after an all-clear.</summary>
    private const long CallAgain = 10 * Micros.Minute;

    public static Draft Learn(Draft draft, HostAlert alert)
    {
        draft = draft
            .Set(incident => incident with { Events = [.. incident.Events.Concat(alert.Events).TakeLast(100)] })
            .Saw(alert.Service, alert.ServiceUp, alert.ServiceUp ? "running" : "not running");
        return IsUp(alert) && draft.Incident.Phase is Phase.Escalated ? draft.IsUp().AfterEvents().Show(CardKind.Incident)
            : IsUp(alert) ? draft.When(IsBackWhileWaiting(draft.Incident, alert), CameBack)
            : !IsDownAgain(draft.Incident, alert) ? draft.Show(CardKind.Incident)
            : IsAsked(draft.Incident) && RunsOn(alert) ? Tell(draft, alert)
            : WentDown(draft, alert);
    }

    /// <summary>
    /// Whether everything is to be checked again: it failed once more, or came up in the walk. What people were asked to do waits on.
    /// </summary>
    public static bool LooksAgain(Incident before, HostAlert alert) =>
        IsBackInWalk(before, alert)
        || (before.Phase is not Phase.AwaitingPerson && !(IsAsked(before) && RunsOn(alert)) && IsDownAgain(before, alert));

    /// <summary>A failure that nobody was called for: all was well, it was seen to run, or only a warning had come.</summary>
    private static bool IsDownAgain(Incident incident, HostAlert alert) =>
        !IsUp(alert)
        && Opening.Decide(incident.Runbook, alert) is OpeningKind.Open
        && incident.Phase switch
        {
            Phase.Watching or Phase.Resolved => true,
            Phase.Acting or Phase.Searching => false,
            Phase.Surveying or Phase.Verifying when !alert.ServiceUp && WasSeenRunning(incident, alert.Service) => true,
            Phase.Verifying => false,
            _ => incident.Quiet || (incident.ServiceUp == true && IsNews(incident, alert)),
        };

    /// <summary>Whether the look that is under way has an answer already that is older than the alert and says the contrary.</summary>
    private static bool WasSeenRunning(Incident incident, string service) =>
        incident.Verification.Exists(verified => verified.Verdict is Verdict.Clear && Checks.ServiceOf(verified.Check) == service);

    /// <summary>Whether it tells more than was known when the service was seen to work, or than people walk the article for.</summary>
    private static bool IsNews(Incident incident, HostAlert alert) =>
        !RunsOn(alert) || (alert.Since > incident.UpSince && !(incident.WalkAnyway && incident.Phase is Phase.Planning));

    private static bool RunsOn(HostAlert alert) => alert is { ServiceUp: true, Outage: null };

    private static bool IsAsked(Incident incident) => incident.Phase is Phase.AwaitingApproval or Phase.AwaitingPerson;

    /// <summary>Somebody else brought the service up while nothing had begun yet.</summary>
    private static bool IsBackWhileWaiting(Incident incident, HostAlert alert) =>
        IsBackInWalk(incident, alert) || IsBackWhileAsked(incident, alert);

    private static bool IsBackInWalk(Incident incident, HostAlert alert) =>
        incident.Phase is Phase.Surveying or Phase.Planning && IsUp(alert);

    public static bool IsBackWhileAsked(Incident incident, HostAlert alert) =>
        IsAsked(incident) && !incident.IsParked && !SearchTurns.IsBroken(incident) && IsUp(alert);

    public static Draft Learn(Draft draft, bool silent, long? heard)
    {
        draft = draft.Set(incident => incident with { RelaySilent = silent, RelayHeardAt = heard ?? incident.RelayHeardAt });
        return draft
            .When(
                silent && draft.Incident.Phase is Phase.Acting or Phase.Searching,
                told =>
                    told.Say(
                        $"No word from the relay on {told.Incident.Host}. What it has begun it finishes; a search left alone goes "
                            + "to safe rest by itself.",
                        Role.OnCall
                    )
            )
            .Show(CardKind.Incident);
    }

    public static string? Refuse(Incident incident, Introduced _) =>
        incident.ProfileAssumed ? null : $"The times of {incident.Host} were known when {incident.Name} opened and stay as they were.";

    public static Draft Learn(Draft draft, Introduced introduced) =>
        draft
            .Set(incident => incident with { Profile = introduced.Profile, ProfileAssumed = false })
            .When(draft.Incident.Phase is Phase.Watching, known => Watching.Wake(known));

    private static bool IsUp(HostAlert alert) => alert is { ServiceUp: true, Events: [], Outage: null };

    private static Draft CameBack(Draft draft) =>
        draft.Headline("The service came up by other hands").LayDown("the service came up by other hands").AfterEvents();

    /// <summary>A service that runs may be all right: people are told and called, and what they were asked stands.</summary>
    private static Draft Tell(Draft draft, HostAlert alert)
    {
        var said = string.Join(", ", alert.Events.Select(one => one.Called).Distinct(StringComparer.Ordinal));
        return draft
            .Set(incident => incident with { Quiet = false, UpSince = incident.Now })
            .Say($"{draft.Incident.Label}: {said} while the service runs.", Role.OnCall)
            .When(IsCallDue(draft.Incident, alert), called => called.Alarm(Role.OnCall, $"{called.Incident.Label}: {said}"))
            .Show(CardKind.Incident);
    }

    private static Draft WentDown(Draft draft, HostAlert alert)
    {
        var down = draft.Incident.Outage > 0 ? "down again" : "down";
        return draft
            .Set(incident => incident with { Quiet = false, WalkAnyway = false })
            .IsDown(Math.Max(alert.Since, draft.Incident.UpSince ?? 0))
            .Set(incident => incident with { ServiceUp = null })
            .Headline($"{char.ToUpperInvariant(down[0])}{down[1..]}")
            .Say($"{draft.Incident.Label} is {down}.", Role.OnCall)
            .When(IsCallDue(draft.Incident, alert), called => called.Alarm(Role.OnCall, $"{called.Incident.Label}: {down}"))
            .Show(CardKind.Incident)
            .When(
                draft.Incident.Phase is not Phase.Resolved,
                told => told.Wake(Deadline.StatusDue, default, told.Incident.Now + Deadlines.StatusEvery)
            );
    }

    private static bool IsCallDue(Incident incident, HostAlert alert) =>
        incident.Phase is Phase.Watching or Phase.Resolved
        || incident.Pages.FindLast(page => page.Question == default) is not { } last
        || (incident.Now - last.At >= CallAgain && (incident.Owner is null || !RunsOn(alert)));
}

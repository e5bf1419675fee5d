using System.Collections.Immutable;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>
/// Chooses what comes next in the runbook from what is known: KB order, each remedy offered once in an outage, gentlest first.
/// </summary>
internal static class Walk
{
    /// <summary>So often the same thing is offered in one incident.</summary>
    private const int MostTries = 3;

    /// <summary>What the offer of a start that changes nothing else is called.</summary>
    public const string PlainStart = "start-once";

    /// <summary>What the offer to end the process of a wedged service is called.</summary>
    public const string EndWedged = "end-wedged";

    /// <summary>
    /// What comes next, unless somebody has taken over. <paramref name="step"/> names a step to take first, out of KB order.
    /// </summary>
    public static Next On(Incident incident, string? step = null) =>
        incident.TakenOverBy is { } person ? new Wanted(PersonTaskKind.Paused, TakenOver(person)) : After(incident, step);

    public static string TakenOver(Person person) =>
        $"{person.Name} has taken over: ImcBot only reads until somebody says 'resume' or 'hand'.";

    private static Next After(Incident incident, string? step)
    {
        if (incident.ServiceUp == true && !incident.WalkAnyway)
        {
            return new Offered(Offering.Flowing);
        }

        if (incident.Wedged == incident.Runbook.Service && !IsPassedOver(incident, EndWedged))
        {
            return new Offered(Offering.Kill(incident, null));
        }

        var open = incident
            .Runbook.Steps.Where(candidate => IsFinding(incident, candidate) && OffersLeft(incident, candidate).Any())
            .ToList();
        var chosen = open.Find(candidate => candidate.Id == step) ?? open.Find(candidate => !IsForLater(incident, candidate));
        if (chosen is not null)
        {
            return Take(
                incident,
                chosen,
                step is null ? chosen.After.FirstOrDefault(id => open.Exists(candidate => candidate.Id == id)) : null
            );
        }

        if (incident.ServiceUp != true && MayStart(incident))
        {
            return new Offered(Offering.Start(incident, null));
        }

        var lastResort =
            incident.ServiceUp == true
                ? null
                : incident.Runbook.Steps.FirstOrDefault(candidate => candidate.LastResort && OffersLeft(incident, candidate).Any());
        return (lastResort ?? open.FirstOrDefault()) is { } left ? Take(incident, left, null) : new HandedOver(NothingLeft(incident));
    }

    private static string NothingLeft(Incident incident) =>
        Choices.PassedOver(incident) is { Count: > 0 } passed
            ? "Nothing is left to offer but what was refused, passed over, not answered or not possible: "
                + $"{string.Join(", ", passed)}. 'ask {passed[0]}' asks for it again."
            : "The article has nothing more to offer.";

    /// <summary>The steps whose finding still stands.</summary>
    public static IEnumerable<Step> OpenFindings(Incident incident) => incident.Runbook.Steps.Where(step => IsFinding(incident, step));

    public static bool IsFinding(Incident incident, Step step) =>
        incident.Findings.GetValueOrDefault(step.Id)?.Verdict is Verdict.Finding or Verdict.Failed;

    /// <summary>
    /// The remedy with the riders that may share its card: small changes of other open steps that wait for the same start.
    /// </summary>
    public static Remedy WithRiders(Incident incident, Step step, Remedy remedy)
    {
        if (!Starts(remedy))
        {
            return remedy;
        }

        var riders = OpenFindings(incident)
            .Where(other => other.Id != step.Id)
            .SelectMany(other => OffersLeft(incident, other).Take(1))
            .Where(offer => offer.Rides)
            .SelectMany(offer => offer.Remedy!.Rungs);
        return remedy with { Riders = [.. remedy.Riders, .. riders] };
    }

    private static bool Starts(Remedy remedy) =>
        remedy.Rungs.Concat(remedy.Starts).Any(call => Catalog.PurposeOf(call.Use) is Purpose.Start or Purpose.Restart or Purpose.Search);

    /// <summary>The steps whose change rides along in this remedy.</summary>
    public static IEnumerable<(Step Step, Offer Offer)> Riding(Incident incident, Remedy remedy) =>
        from step in incident.Runbook.Steps
        from offer in step.Offers
        where offer.Rides && offer.Remedy!.Rungs.Any(remedy.Riders.Contains)
        select (step, offer);

    private static Next Take(Incident incident, Step step, string? recommended) =>
        Offering.Of(incident, step, OffersLeft(incident, step).First(), recommended, null);

    /// <summary>
    /// What has not been spent yet, gentlest first; what the search has shown to be needed comes before what is tried again.
    /// </summary>
    public static IEnumerable<Offer> OffersLeft(Incident incident, Step step) =>
        from offer in step.Offers
        let attempts = incident.Tried.Where(attempt => attempt.Step == step.Id && attempt.Offer == offer.Name).ToList()
        where IsDue(incident.Search?.End, offer.When) && !IsSpent(incident, step, attempts)
        orderby offer.When is not OfferWhen.Always && !attempts.Exists(attempt => attempt.Own is ChangeState.Done) descending
        select offer;

    private static bool IsDue(SearchEnd? end, OfferWhen when) =>
        when switch
        {
            OfferWhen.ArrivalsFail => end is { PauseInbound: true },
            OfferWhen.QueueNotTheCause => end
                is { Reason: SearchEndReason.QueueNotTheCause }
                    or { Reason: SearchEndReason.ArrivalsFail, AnyRan: false },
            _ => true,
        };

    /// <summary>
    /// Silence, drift and a lost run spend nothing, nor does what could not be planned, once the server was looked at again; and what came
    /// to something in an earlier outage may help in this one, unless people have refused it since: the offer is made again, at most three
    /// times in all where it was not silence; however often the runs of one search broke off, they are one.
    /// </summary>
    private static bool IsSpent(Incident incident, Step step, List<Change> attempts) =>
        attempts.Where(attempt => attempt.State is not ChangeState.Expired).Select(attempt => attempt.Question).Distinct().Count()
            >= MostTries
        || attempts.Exists(attempt =>
            attempt.Outage == incident.Outage
            && attempt.State is not (ChangeState.Voided or ChangeState.Expired or ChangeState.Lost)
            && !(attempt.State is ChangeState.Impossible && incident.Findings.GetValueOrDefault(step.Id)?.At > attempt.At)
        )
        || attempts.FindLast(attempt => attempt.State is not ChangeState.Expired) is { State: ChangeState.Refused or ChangeState.Skipped };

    private static bool IsForLater(Incident incident, Step step) => OffersLeft(incident, step).First().Later;

    /// <summary>
    /// A plain start is worth offering until one has failed or was refused, or could not be planned three times; work by hand, a run that
    /// was lost with the server, or a service that ran and went down again make it worth one more try, three in all.
    /// </summary>
    public static bool MayStart(Incident incident) =>
        (
            incident.Tried.LastOrDefault(attempt => attempt.Started || attempt.ByHand || IsPassedStart(attempt)) is not { } last
            || last is { ByHand: true } or { State: ChangeState.Done or ChangeState.Lost }
            || (last.State is ChangeState.Failed && last.Outage < incident.Outage)
        )
        && incident.Tried.Count(attempt =>
            attempt is { Step: null, Started: true } || (IsPassedStart(attempt) && attempt.State is ChangeState.Skipped)
        ) < MostTries
        && incident.Tried.Count(attempt => IsPlainStart(attempt) && attempt.State is ChangeState.Impossible) < MostTries;

    /// <summary>
    /// Whether people were asked for this since the last run and it came to nothing; nobody is asked again unless somebody says so.
    /// </summary>
    public static bool IsPassedOver(Incident incident, string offer) =>
        incident
            .Tried.Reverse()
            .TakeWhile(attempt => attempt.State is not (ChangeState.Done or ChangeState.Failed or ChangeState.Lost))
            .Any(attempt =>
                attempt.Step is null
                && attempt.Offer == offer
                && attempt.State is ChangeState.Refused or ChangeState.Skipped or ChangeState.Impossible
            );

    private static bool IsPlainStart(Change attempt) => attempt is { Step: null, Offer: PlainStart };

    private static bool IsPassedStart(Change attempt) =>
        IsPlainStart(attempt) && attempt.State is ChangeState.Refused or ChangeState.Skipped;
}

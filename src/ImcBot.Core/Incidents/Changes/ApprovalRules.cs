using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Who may decide a request: yes and no need the role; anybody else's no is an objection.</summary>
internal static class ApprovalRules
{
    /// <summary>Fewer letters are no reason that a reviewer could judge.</summary>
    public const int ShortestReason = 10;

    /// <summary>The rule for a remedy with everything that rides along: the strictest role in the bundle decides.</summary>
    public static ApprovalRule Of(Incident incident, Offer offer, Remedy remedy) =>
        Walk.Riding(incident, remedy).Aggregate(offer.Approval, (rule, riding) => rule.With(riding.Offer.Approval));

    /// <summary>Why this person may not approve, as a sentence, or null when their signature is wanted.</summary>
    public static string? Refuse(Change request, Person person)
    {
        if (!MayRefuse(request, person))
        {
            var roles = string.Join(" or ", request.Approval.Seats.Distinct(StringComparer.Ordinal).Select(role => $"'{role}'"));
            return $"Approving {request.Question.Short} needs the role {roles}, which you do not hold; ask somebody who does.";
        }

        if (NeedsOtherPerson(request) && person.Id == request.AskedBy?.Id)
        {
            return $"You asked for {request.Question.Short} yourself and it {Weight(request)}; another '{request.Approval.Role}' "
                + "must approve it.";
        }

        var missing = Missing(request);
        return request.Votes.Any(vote => vote.Answer is Answer.Approve && vote.By == person)
                ? $"You have approved {request.Question.Short} already; it still needs {ApprovalRule.InWords(missing)}."
            : Unfilled(request.Approval.Seats, [.. Signatures(request), person.Roles]).Count == missing.Count
                ? $"Your roles have signed {request.Question.Short} already; it still needs {ApprovalRule.InWords(missing)}."
            : null;
    }

    /// <summary>Whether this person's no ends the request for all: only the no of somebody whose role signs for it does.</summary>
    public static bool MayRefuse(Change request, Person person) => request.Approval.Seats.Any(seat => Role.Signs(person.Roles, seat));

    /// <summary>Whether this answer is a no that only stands beside the request, since its giver could not have approved.</summary>
    public static bool IsObjection(Change request, Person person, Answer answer) =>
        answer is Answer.DenyNext or Answer.DenyStop && !MayRefuse(request, person);

    /// <summary>Whether this person's objection holds the request up: the owner's does, once.</summary>
    public static bool MayHoldUp(Incident incident, Change request, Person person) =>
        incident.Owner == person && request.PausedUntil is null;

    /// <summary>
    /// Why this person may not break the glass for a request, as a sentence, or null. One on call, a typed reason, nothing that cannot be
    /// undone.
    /// </summary>
    public static string? RefuseGlass(Change request, Person person, int letters) =>
        !Role.Signs(person.Roles, Role.OnCall)
            ? $"Break-glass for {request.Question.Short} needs the role '{Role.OnCall}', which you do not hold."
        : request.Impact is Impact.Destructive or Impact.Unknown
            ? $"{request.Question.Short} {Weight(request)}; break-glass is never for that. It needs {request.Approval.Words}."
        : letters < ShortestReason
            ? $"Say why, for the reviewer: break-glass {request.Question.Short} reason, at least {ShortestReason} letters."
        : null;

    /// <summary>The seats that nobody has signed for yet.</summary>
    public static IReadOnlyList<string> Missing(Change request) => Unfilled(request.Approval.Seats, Signatures(request));

    /// <summary>What today's roster cannot meet of a request, as a sentence, or null when enough people are there.</summary>
    public static string? Unmeetable(Change request, DutyRoster roster)
    {
        var people = Role
            .All.SelectMany(roster.Of)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(id => !NeedsOtherPerson(request) || !string.Equals(id, request.AskedBy?.Id, StringComparison.OrdinalIgnoreCase));
        var missing = Unfilled(request.Approval.Seats, [.. people.Select(roster.RolesOf)]);
        return missing.Count == 0
            ? null
            : $"{request.Question.Short} needs {request.Approval.Words}"
                + $"{(NeedsOtherPerson(request) ? " who did not ask for it" : "")}, and today's roster lacks "
                + $"{ApprovalRule.InWords(missing)}: "
                + "as it stands nobody can approve it. Put somebody on the roster, or offer something else with 'deny'.";
    }

    /// <summary>Whether the asker may not approve: always so for what cannot be undone.</summary>
    public static bool NeedsOtherPerson(Change request) =>
        request.Approval.OtherPerson || request.Impact is Impact.Destructive or Impact.Unknown;

    /// <summary>Why one person is not enough: what the plan itself says, and else what the runbook asks for.</summary>
    private static string Weight(Change request) =>
        Plan.FromBytes(request.Plan).Effects switch
        {
            var effects when effects.Any(effect => effect.Impact is Impact.Destructive && effect.Undo is null) => "cannot be undone",
            var effects when effects.Any(effect => effect.Impact is Impact.Unknown) => "does what nobody can know beforehand",
            _ => request.Impact is Impact.Destructive or Impact.Unknown ? "is destructive by its runbook" : "needs two people",
        };

    private static IReadOnlyList<IReadOnlyList<string>> Signatures(Change request) =>
        [.. request.Votes.Where(vote => vote.Answer is Answer.Approve).Select(vote => vote.By.Roles)];

    /// <summary>Seats that stay empty when people sit as well as they can: each on one seat, each seat taken once.</summary>
    private static IReadOnlyList<string> Unfilled(IReadOnlyList<string> seats, IReadOnlyList<IReadOnlyList<string>> people)
    {
        var seatOf = new int?[people.Count];
        return [.. seats.Where((_, seat) => !Fill(seat, new bool[people.Count]))];

        bool Fill(int seat, bool[] tried)
        {
            for (var person = 0; person < people.Count; person++)
            {
                if (tried[person] || !Role.Signs(people[person], seats[seat]))
                {
                    continue;
                }

                tried[person] = true;
                if (seatOf[person] is not { } other || Fill(other, tried))
                {
                    seatOf[person] = seat;
                    return true;
                }
            }

            return false;
        }
    }
}

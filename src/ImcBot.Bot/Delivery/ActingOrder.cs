using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Delivery;

/// <summary>
/// Changes go one at a time on a host, whichever of its incidents they belong to: what has begun first, then what was approved first.
/// Whoever waits is told.
/// </summary>
internal sealed class ActingOrder(
    IncidentEngine engine,
    IDbContextFactory<JournalDb> databases,
    GrantIssuer grants,
    OnCallRoster roster,
    TimeProvider clock
)
{
    /// <summary>
    /// Whether the first run of an approved question may begin now: it has its turn, its approval has not aged, and its approvers still
    /// hold their roles.
    /// </summary>
    /// <param name="owed">All that the relay owes reports for.</param>
    public async Task<bool> MayBeginAsync(
        string relay,
        QuestionId question,
        IReadOnlyList<Outstanding> owed,
        CancellationToken cancellationToken
    ) => await HasTurnAsync(relay, question, owed, cancellationToken) && await MayGrantAsync(question, cancellationToken);

    /// <summary>Whether it has its turn; otherwise its incident says what it waits for.</summary>
    private async Task<bool> HasTurnAsync(
        string relay,
        QuestionId question,
        IReadOnlyList<Outstanding> owed,
        CancellationToken cancellationToken
    )
    {
        if (
            await engine.FindAsync(question.Incident, cancellationToken) is not { } incident
            || incident.FindRequest(question) is not { } request
        )
        {
            return false;
        }

        if (await BehindAsync(relay, request, owed, cancellationToken) is not { } behind)
        {
            return true;
        }

        if (request is { State: ChangeState.Approved } && request.WaitsFor != behind)
        {
            await engine.TellAsync(incident.Number, at => new Queued(at, question, behind), cancellationToken);
        }

        return false;
    }

    /// <summary>The incident on the relay's host that somebody has taken over, or null.</summary>
    public async Task<Incident?> TakenOverAsync(string relay, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (
            var number in await db
                .Incidents.AsNoTracking()
                .Where(row => row.Relay == relay && row.IsOpen == 1)
                .Select(row => row.Number)
                .ToListAsync(cancellationToken)
        )
        {
            if (await engine.FindAsync(number, cancellationToken) is { TakenOverBy: not null } taken)
            {
                return taken;
            }
        }

        return null;
    }

    private async Task<bool> MayGrantAsync(QuestionId question, CancellationToken cancellationToken)
    {
        if (
            await engine.FindAsync(question.Incident, cancellationToken) is not { TakenOverBy: null } incident
            || incident.FindRequest(question) is not { } request
        )
        {
            return false;
        }

        if (request.GrantedAt is { } at && clock.Micros() - at <= grants.Life.Micros())
        {
            return true;
        }

        Person[] signers = [.. request.Votes.Select(vote => vote.By with { Roles = roster.RolesOf(vote.By.Id) })];
        var decision = await engine.TellAsync(
            question.Incident,
            now => new Granted(now, question, signers, grants.Life.Micros()),
            cancellationToken
        );
        return decision.Declined is null && decision.Incident.FindRequest(question) is { State: ChangeState.Running };
    }

    private async Task<Turn?> BehindAsync(
        string relay,
        Change request,
        IReadOnlyList<Outstanding> owed,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var question in owed.Select(job => job.Effect)
                .OfType<RunAction>()
                .Select(act => act.Run.Question)
                .Where(one => one.Incident != request.Question.Incident)
        )
        {
            if (
                await engine.FindAsync(question.Incident, cancellationToken) is { } other
                && other.FindRequest(question) is { } before
                && Rank(before).CompareTo(Rank(request)) < 0
            )
            {
                return new Turn(question.Incident, question);
            }
        }

        return await TakenOverAsync(relay, cancellationToken) is { } taken && taken.Number != request.Question.Incident
            ? new Turn(taken.Number)
            : null;
    }

    private static (bool HasNotBegun, long ApprovedAt, int Incident) Rank(Change request) =>
        (request.GrantedAt is null, request.Votes[^1].At, request.Question.Incident);
}

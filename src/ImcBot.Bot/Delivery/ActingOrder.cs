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
/// Whoever waits is told. Each goes to one process of the relay.
/// </summary>
internal sealed class ActingOrder(
    IncidentEngine engine,
    Journals journal,
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
    /// <param name="instance">The process of the relay that it goes to; with the grant it is written down.</param>
    /// <param name="ofRelay">The incidents that the relay has to do with.</param>
    /// <param name="owed">All that it owes reports for.</param>
    public async Task<bool> MayBeginAsync(
        RunId run,
        string instance,
        IReadOnlyList<Incident> ofRelay,
        IReadOnlyList<Outstanding> owed,
        CancellationToken cancellationToken
    ) => await HasTurnAsync(run.Question, ofRelay, owed, cancellationToken) && await MayGrantAsync(run, instance, cancellationToken);

    /// <summary>The process that an act goes to: this one, unless it was handed to another before.</summary>
    public async Task<string> HandOutAsync(RunId run, string instance, CancellationToken cancellationToken) =>
        await HandedToAsync(run, cancellationToken)
        ?? await journal.Writer.WriteAsync(
            async (db, sql) =>
            {
                await HandAsync(sql, run, instance);
                return await HandedTo(db, run).SingleOrDefaultAsync() ?? "";
            },
            cancellationToken
        );

    /// <summary>The process that an act was handed to; null while it was to none.</summary>
    public Task<string?> HandedToAsync(RunId run, CancellationToken cancellationToken) =>
        databases.AskAsync(db => HandedTo(db, run).SingleOrDefaultAsync(cancellationToken), cancellationToken);

    private static IQueryable<string?> HandedTo(JournalDb db, RunId run) =>
        db
            .Jobs.Where(row =>
                row.Incident == run.Question.Incident
                && row.Question == run.Question.Number
                && row.Run == run.Run
                && row.Kind == nameof(JobKind.Act)
            )
            .Select(row => row.Instance);

    private static Task<int> HandAsync(HotSql sql, RunId run, string instance) =>
        sql.RunAsync(
            "update jobs set instance = @p0 where incident = @p1 and question = @p2 and run = @p3 and kind = @p4 and instance is null",
            instance,
            run.Question.Incident,
            run.Question.Number,
            run.Run,
            nameof(JobKind.Act)
        );

    /// <summary>Whether it has its turn; otherwise its incident says what it waits for.</summary>
    private async Task<bool> HasTurnAsync(
        QuestionId question,
        IReadOnlyList<Incident> ofRelay,
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

        if (await BehindAsync(request, ofRelay, owed, cancellationToken) is not { } behind)
        {
            return true;
        }

        if (request is { State: ChangeState.Approved } && request.WaitsFor != behind)
        {
            await engine.TellAsync(incident.Number, at => new Queued(at, question, behind), cancellationToken);
        }

        return false;
    }

    /// <summary>The one of a relay's incidents that somebody has taken over, or null.</summary>
    public static Incident? TakenOver(IReadOnlyList<Incident> ofRelay) =>
        ofRelay.FirstOrDefault(incident => incident.TakenOverBy is not null);

    private async Task<bool> MayGrantAsync(RunId run, string instance, CancellationToken cancellationToken)
    {
        var question = run.Question;
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
            (sql, incident) => Runs(incident) ? HandAsync(sql, run, instance) : Task.CompletedTask,
            cancellationToken
        );
        return decision.Declined is null && Runs(decision.Incident);

        bool Runs(Incident incident) => incident.FindRequest(question) is { State: ChangeState.Running };
    }

    private async Task<Turn?> BehindAsync(
        Change request,
        IReadOnlyList<Incident> ofRelay,
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

        return TakenOver(ofRelay) is { } taken && taken.Number != request.Question.Incident ? new Turn(taken.Number) : null;
    }

    private static (bool HasNotBegun, long ApprovedAt, int Incident) Rank(Change request) =>
        (request.GrantedAt is null, request.Votes[^1].At, request.Question.Incident);
}

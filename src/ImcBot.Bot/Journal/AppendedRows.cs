using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>
/// What one append writes: its entry, the incident's row, and what is owed and waited for from then on. In SQL by hand that both databases
/// take: the mapper costs several times what the statements do.
/// </summary>
internal static class AppendedRows
{
    private const string Open =
        "insert into incidents (number, host, subject, relay, opened_at, is_open, phase, head_seq, thread, moved_at) "
        + "values (@p0, @p1, @p2, @p3, @p4, 1, @p5, @p6, @p7, @p4)";

    private const string Move =
        "update incidents set head_seq = @p0, phase = @p1, thread = @p2, is_open = case when @p3 = 1 then is_open else 0 end, "
        + "moved_at = @p6 where number = @p4 and head_seq = @p5";

    private const string Wake =
        "insert into deadlines (incident, deadline, question, at) values (@p0, @p1, @p2, @p3) "
        + "on conflict (incident, deadline, question) do update set at = excluded.at";

    // What was refused and is decided once more under the same name is owed once more.
    private const string Owe =
        "insert into jobs (incident, question, run, kind, relay, seq, n) values (@p0, @p1, @p2, @p3, @p4, @p5, @p6) "
        + "on conflict (incident, question, run, kind) do update set seq = excluded.seq, n = excluded.n, reported_at = null, "
        + "instance = null where jobs.reported_at is not null";

    /// <exception cref="AppendConflictException">The incident's head has moved.</exception>
    public static async Task<int> WriteAsync(JournalDb db, HotSql sql, Appending one)
    {
        var (entry, incident, number) = (one.Entry, one.Incident, one.Entry.Incident);
        var (phase, thread) = (entry.Phase.ToString(), (object?)incident.Thread ?? DBNull.Value);
        if (one.Fact is Opened opened)
        {
            await sql.RunAsync(Open, number, opened.Host, incident.Subject, opened.Relay, opened.At, phase, entry.Seq, thread);
        }
        else if (await sql.RunAsync(Move, entry.Seq, phase, thread, incident.IsOpen ? 1 : 0, number, entry.Seq - 1, entry.At) == 0)
        {
            throw new AppendConflictException($"INC-{number} has moved on from entry {entry.Seq - 1}.");
        }

        if (one.Blob is not null)
        {
            await JournalBlobs.KeepAsync(db, entry.FactBlob!, one.Blob, CancellationToken.None);
        }

        await sql.RunAsync(
            HotSql.Append(one.Values.Count),
            [
                number,
                entry.Seq,
                one.Bytes,
                one.Signature,
                (object?)entry.FactBlob ?? DBNull.Value,
                .. one.Values.SelectMany(value => new object[] { value.Commitment, value.Salt, value.Value }),
            ]
        );
        await SettleAsync(sql, one.Fact, entry);
        if (!incident.IsOpen)
        {
            // Deadlines end with their incident, but for the reminders of what it leaves open.
            await sql.RunAsync("delete from deadlines where incident = @p0 and deadline <> @p1", number, nameof(Deadline.FollowUpsDue));
        }

        for (var n = 0; n < entry.Effects.Count; n++)
        {
            await (
                entry.Effects[n] switch
                {
                    SetDeadline set => sql.RunAsync(Wake, number, set.Deadline.ToString(), set.Question.Number, set.At),
                    { Job: var (run, kind) } => sql.RunAsync(
                        Owe,
                        number,
                        run.Question.Number,
                        run.Run,
                        kind.ToString(),
                        incident.Relay,
                        entry.Seq,
                        n
                    ),
                    _ => sql.RunAsync("insert into pending (incident, seq, n) values (@p0, @p1, @p2)", number, entry.Seq, n),
                }
            );
        }

        if (one.Beside is { } beside)
        {
            await beside(sql, incident);
        }

        return entry.Seq;
    }

    /// <summary>What the fact itself answers: the deadline that passed, the run that was reported, the clock that was set.</summary>
    private static Task SettleAsync(HotSql sql, Fact? fact, Entry entry) =>
        fact switch
        {
            DeadlinePassed passed => sql.RunAsync(
                "delete from deadlines where incident = @p0 and deadline = @p1 and question = @p2 and at <= @p3",
                entry.Incident,
                passed.Deadline.ToString(),
                passed.Question.Number,
                passed.At
            ),
            ClockSet set when entry.Declined is null => sql.RunAsync(
                "update deadlines set at = at + @p0 where incident = @p1",
                set.By,
                entry.Incident
            ),
            { Reported: { } report } => sql.RunAsync(
                "update jobs set reported_at = @p0 where incident = @p1 and question = @p2 and run = @p3 and kind = @p4",
                entry.At,
                entry.Incident,
                report.Run.Question.Number,
                report.Run.Run,
                report.Kind.ToString()
            ),
            _ => Task.CompletedTask,
        };
}

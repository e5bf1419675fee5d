using ImcBot.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>What one append writes: its entry, the incident's row, and what is owed and waited for from then on.</summary>
internal static class AppendedRows
{
    /// <exception cref="AppendConflictException">The incident's head has moved.</exception>
    public static async Task WriteAsync(JournalDb db, HotSql sql, Appending one, CancellationToken cancellationToken)
    {
        var (entry, incident) = (one.Entry, one.Incident);
        if (one.Fact is Opened opened)
        {
            db.Incidents.Add(
                new IncidentRow
                {
                    Number = entry.Incident,
                    Host = opened.Host,
                    Subject = incident.Subject,
                    Relay = opened.Relay,
                    OpenedAt = opened.At,
                    IsOpen = 1,
                    Phase = entry.Phase.ToString(),
                    HeadSeq = entry.Seq,
                    Thread = incident.Thread,
                }
            );
        }
        else
        {
            var moved = await sql.RunAsync(
                HotSql.Move,
                [
                    entry.Seq,
                    entry.Phase.ToString(),
                    incident.Thread is { } thread ? StoredText.Of(thread) : DBNull.Value,
                    incident.IsOpen ? 1 : 0,
                    entry.Incident,
                    entry.Seq - 1,
                ],
                cancellationToken
            );
            if (moved == 0)
            {
                throw new AppendConflictException($"INC-{entry.Incident} has moved on from entry {entry.Seq - 1}.");
            }
        }

        if (one.Blob is not null)
        {
            await JournalBlobs.KeepAsync(db, entry.FactBlob!, one.Blob, cancellationToken);
        }

        await sql.RunAsync(
            HotSql.Append(one.Values.Count),
            [
                entry.Incident,
                entry.Seq,
                one.Bytes,
                one.Signature,
                (object?)entry.FactBlob ?? DBNull.Value,
                .. one.Values.SelectMany(value => new object[] { value.Commitment, value.Salt, value.Value }),
            ],
            cancellationToken
        );
        await SettleAsync(db, one.Fact, entry, cancellationToken);
        if (!incident.IsOpen)
        {
            // Deadlines end with their incident, but for the reminders of what it leaves open.
            await db
                .Deadlines.Where(row => row.Incident == entry.Incident && row.Deadline != nameof(Deadline.FollowUpsDue))
                .ExecuteDeleteAsync(cancellationToken);
        }

        for (var n = 0; n < entry.Effects.Count; n++)
        {
            await QueueAsync(db, entry, n, incident.Relay, cancellationToken);
        }

        if (entry.Effects.Count > 0 || one.Fact is Opened)
        {
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>What the fact itself answers: the deadline that passed, the run that was reported, the clock that was set.</summary>
    private static async Task SettleAsync(JournalDb db, Fact? fact, Entry entry, CancellationToken cancellationToken)
    {
        if (fact is DeadlinePassed passed)
        {
            var name = passed.Deadline.ToString();
            await db
                .Deadlines.Where(row =>
                    row.Incident == entry.Incident && row.Deadline == name && row.Question == passed.Question.Number && row.At <= passed.At
                )
                .ExecuteDeleteAsync(cancellationToken);
        }
        else if (fact is ClockSet set && entry.Declined is null)
        {
            await db
                .Deadlines.Where(row => row.Incident == entry.Incident)
                .ExecuteUpdateAsync(row => row.SetProperty(value => value.At, value => value.At + set.By), cancellationToken);
        }
        else if (fact?.Reported is { } report)
        {
            var kind = report.Kind.ToString();
            await db
                .Jobs.Where(row =>
                    row.Incident == entry.Incident
                    && row.Question == report.Run.Question.Number
                    && row.Run == report.Run.Run
                    && row.Kind == kind
                )
                .ExecuteUpdateAsync(row => row.SetProperty(value => value.ReportedAt, entry.At), cancellationToken);
        }
    }

    private static async Task QueueAsync(JournalDb db, Entry entry, int n, string relay, CancellationToken cancellationToken)
    {
        switch (entry.Effects[n])
        {
            case SetDeadline set:
                var deadline = set.Deadline.ToString();
                if (await db.Deadlines.FindAsync([entry.Incident, deadline, set.Question.Number], cancellationToken) is { } known)
                {
                    known.At = set.At;
                }
                else
                {
                    db.Deadlines.Add(
                        new DeadlineRow
                        {
                            Incident = entry.Incident,
                            Deadline = deadline,
                            Question = set.Question.Number,
                            At = set.At,
                        }
                    );
                }

                break;
            case { Job: var (run, kind) }:
                var name = kind.ToString();
                var row = await db.Jobs.FindAsync([entry.Incident, run.Question.Number, run.Run, name], cancellationToken);
                if (row is null)
                {
                    row = new JobRow
                    {
                        Incident = entry.Incident,
                        Question = run.Question.Number,
                        Run = run.Run,
                        Kind = name,
                        Relay = relay,
                    };
                    db.Jobs.Add(row);
                }
                else if (row.ReportedAt is null)
                {
                    break;
                }

                // What was refused and is decided once more under the same name is owed once more.
                (row.Seq, row.N, row.ReportedAt, row.Instance) = (entry.Seq, n, null, null);
                break;
            default:
                db.Pending.Add(
                    new PendingRow
                    {
                        Incident = entry.Incident,
                        Seq = entry.Seq,
                        N = n,
                    }
                );
                break;
        }
    }
}

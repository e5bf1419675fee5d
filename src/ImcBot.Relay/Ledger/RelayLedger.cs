using ImcBot.Contracts;

namespace ImcBot.Relay.Ledger;

/// <summary>
/// What the relay must never forget: plans, begun runs, outcomes, undo records, the search's messages, unsent reports, the event bookmark.
/// </summary>
/// <param name="policy">SHA-256 of the policy file that runs are done under; each row that is signed names it.</param>
internal sealed partial class RelayLedger(Database database, string? policy = null)
{
    /// <summary>Keeps a plan's bytes; planning the same again is no change.</summary>
    public string KeepPlan(QuestionId question, byte[] bytes)
    {
        var digest = ContentDigest.Of(bytes);
        database.Run(
            "INSERT OR IGNORE INTO plan VALUES(@digest, @question, @bytes)",
            ("@digest", digest),
            ("@question", question.ToString()),
            ("@bytes", bytes)
        );
        return digest;
    }

    /// <summary>The bytes of a plan this relay made, or null.</summary>
    public byte[]? FindPlan(string digest) =>
        database
            .Read("SELECT bytes FROM plan WHERE digest=@digest", row => row.GetFieldValue<byte[]>(0), ("@digest", digest))
            .FirstOrDefault();

    /// <summary>The runs of a question that have begun, oldest first.</summary>
    public IReadOnlyList<BegunRun> BegunRuns(QuestionId question) =>
        database.Read(
            "SELECT run, digest, begun, finished FROM run WHERE question=@question ORDER BY run",
            row => new BegunRun(new RunId(question, row.GetInt32(0)), row.GetString(1), row.GetInt64(2), !row.IsDBNull(3)),
            ("@question", question.ToString())
        );

    /// <summary>The newest begun run of each incident, newest incident first, at most 50.</summary>
    public IReadOnlyList<RunId> NewestRuns() =>
        [
            .. database
                .Read(
                    "SELECT question, MAX(run), MAX(begun) AS at FROM run GROUP BY question ORDER BY at DESC LIMIT 500",
                    row => QuestionId.TryParse(row.GetString(0), out var question) ? new RunId(question, row.GetInt32(1)) : (RunId?)null
                )
                .OfType<RunId>()
                .GroupBy(run => run.Question.Incident)
                .Select(runs => runs.MaxBy(run => run.Question.Number))
                .Take(50),
        ];

    /// <summary>Writes that a run begins and that its grant is used, as one row, before anything is done.
    /// False when the run has begun before or the very same grant token was used: then nothing may be done.</summary>
    /// <param name="token">The grant's own id (<c>jti</c>).</param>
    /// <param name="botTime">Unix microseconds by the bot's clock.</param>
    /// <param name="at">Unix microseconds by the relay's.</param>
    public bool Begin(Job job, string token, long botTime, long at) =>
        database.Run(
            "INSERT OR IGNORE INTO run(question, run, digest, token, job, begun, began) VALUES(@question, @run, @digest, @token, "
                + "@job, @begun, @began)",
            ("@question", job.Run.Question.ToString()),
            ("@run", job.Run.Run),
            ("@digest", job.Plan),
            ("@token", token),
            ("@job", RelayJson.Options.Text(job with { Grant = null })),
            ("@begun", botTime),
            ("@began", at)
        ) == 1;

    /// <summary>Keeps the outcome of one effect of a run.</summary>
    public void KeepOutcome(RunId run, int number, EffectOutcome outcome) =>
        database.Run(
            "INSERT OR REPLACE INTO effect VALUES(@question, @run, @number, @outcome)",
            ("@question", run.Question.ToString()),
            ("@run", run.Run),
            ("@number", number),
            ("@outcome", RelayJson.Options.Text(outcome))
        );

    public IReadOnlyList<EffectOutcome> Outcomes(RunId run) =>
        database.Read(
            "SELECT outcome FROM effect WHERE question=@question AND run=@run ORDER BY number",
            row => RelayJson.Options.Read<EffectOutcome>(row.GetString(0))!,
            ("@question", run.Question.ToString()),
            ("@run", run.Run)
        );

    /// <summary>Writes that a run is over, signs its row, keeps its report for repeats and puts it into the outbox, all as one.</summary>
    public void Finish(Report told, RelayKey key) =>
        database.Together(() =>
        {
            var report = told with { Statement = AddRow(told, key) };
            database.Run(
                "UPDATE run SET finished=@at WHERE question=@question AND run=@run",
                ("@at", report.At),
                ("@question", report.Run.Question.ToString()),
                ("@run", report.Run.Run)
            );
            database.Run(
                "INSERT OR REPLACE INTO report VALUES(@run, @kind, @body)",
                ("@run", report.Run.ToString()),
                ("@kind", report.Kind.ToString()),
                ("@body", RelayJson.Options.Text(report))
            );
            if (report.Data.TryGetValue("crashes", out var crashes))
            {
                CountCrashes(report.Run, int.Parse(crashes));
            }

            Post(report);
        });

    /// <summary>Counts a start of a service by a run.</summary>
    public void CountStart(RunId run, string service) =>
        database.Run(
            "INSERT INTO start VALUES(@question, @run, @service, 1) ON CONFLICT(question, run, service) DO UPDATE SET starts=starts+1",
            ("@question", run.Question.ToString()),
            ("@run", run.Run),
            ("@service", service)
        );

    public void CountCrashes(RunId run, int crashes) =>
        database.Run(
            "INSERT INTO tally(question, run, crashes) VALUES(@question, @run, @crashes) ON CONFLICT(question, run) DO UPDATE SET "
                + "crashes=@crashes",
            ("@question", run.Question.ToString()),
            ("@run", run.Run),
            ("@crashes", crashes)
        );

    /// <summary>Starts of each service by all runs that began since, the most started first.</summary>
    /// <param name="botTime">Unix microseconds by the bot's clock, which no wall clock can move.</param>
    public IReadOnlyList<(string Service, int Starts)> StartsSince(long botTime, RunId? but) =>
        database.Read(
            "SELECT MIN(service), SUM(starts) AS all_starts FROM start JOIN run USING(question, run) WHERE begun > @since "
                + "AND NOT (question = @question AND run = @run) GROUP BY "
                + "service ORDER BY all_starts DESC, service",
            row => (row.GetString(0), row.GetInt32(1)),
            ("@since", botTime),
            ("@question", but?.Question.ToString() ?? ""),
            ("@run", but?.Run ?? 0)
        );

    /// <summary>Crashes in all runs of an incident but one.</summary>
    public int CrashesOf(int incident, RunId? but) =>
        database.Read(
            "SELECT COALESCE(SUM(crashes), 0) FROM tally WHERE question LIKE @incident " + "AND NOT (question = @question AND run = @run)",
            row => row.GetInt32(0),
            ("@incident", $"INC-{incident}/%"),
            ("@question", but?.Question.ToString() ?? ""),
            ("@run", but?.Run ?? 0)
        )[0];

    /// <summary>The report of a run that is over, or null.</summary>
    public Report? FinishedReport(RunId run, JobKind kind) =>
        database
            .Read(
                "SELECT body FROM report WHERE run=@run AND kind=@kind",
                row => RelayJson.Options.Read<Report>(row.GetString(0)),
                ("@run", run.ToString()),
                ("@kind", kind.ToString())
            )
            .FirstOrDefault();

    /// <summary>Jobs of runs that were begun and never finished: the relay died in them.</summary>
    public IReadOnlyList<Job> LostRuns() =>
        database.Read("SELECT job FROM run WHERE finished IS NULL ORDER BY begun", row => RelayJson.Options.Read<Job>(row.GetString(0))!);

    /// <summary>Writes what was there before a change, before the change is made. Returns the record's number.</summary>
    public long KeepUndo(RunId run, Call call, IReadOnlyDictionary<string, string> before) =>
        database
            .Read(
                "INSERT INTO undo(question, run, call, before) VALUES(@question, @run, @call, @before) RETURNING id",
                row => row.GetInt64(0),
                ("@question", run.Question.ToString()),
                ("@run", run.Run),
                ("@call", RelayJson.Options.Text(call)),
                ("@before", RelayJson.Options.Text(before))
            )
            .Single();

    /// <summary>What can be taken back of a question, the newest first.</summary>
    public IReadOnlyList<UndoRecord> UndoRecords(QuestionId question) =>
        database.Read(
            "SELECT id, question, run, call, before FROM undo WHERE question=@question AND undone IS NULL ORDER BY id DESC",
            Undo,
            ("@question", question.ToString())
        );

    /// <summary>Everything that has not been taken back, of any question, the oldest first.</summary>
    public IReadOnlyList<UndoRecord> UndoRecords() =>
        database.Read("SELECT id, question, run, call, before FROM undo WHERE undone IS NULL ORDER BY id", Undo);

    /// <summary>Writes that a record was taken back, so that it is not offered again.</summary>
    public void MarkUndone(long record, RunId by) =>
        database.Run("UPDATE undo SET undone=@by WHERE id=@id", ("@by", by.ToString()), ("@id", record));

    /// <summary>Whether this run has taken the record back already.</summary>
    public bool IsUndoneBy(long record, RunId run) =>
        database.Read("SELECT 1 FROM undo WHERE id=@id AND undone=@by", _ => true, ("@id", record), ("@by", run.ToString())).Count > 0;

    /// <summary>A number kept under a name (event bookmark, last healthy event), or null.</summary>
    public long? Mark(string name) =>
        database.Read<long?>("SELECT value FROM mark WHERE name=@name", row => row.GetInt64(0), ("@name", name)).FirstOrDefault();

    /// <summary>Whether a person has taken over, by the bot's last word.</summary>
    public bool IsTakenOver => Mark(Marks.TakenOver) is > 0;

    /// <summary>Newest event when the relay last saw this service start and stay up; 0 before that.</summary>
    public long HealthySince(string service) => Mark(Marks.HealthyOf(service)) ?? Mark(Marks.Healthy) ?? 0;

    private static UndoRecord Undo(Microsoft.Data.Sqlite.SqliteDataReader row)
    {
        if (!QuestionId.TryParse(row.GetString(1), out var question))
        {
            throw new InvalidDataException(
                $"The ledger names a question '{row.GetString(1)}': it was changed by other hands or is damaged."
            );
        }

        return new UndoRecord(
            row.GetInt64(0),
            new RunId(question, row.GetInt32(2)),
            RelayJson.Options.Read<Call>(row.GetString(3))!,
            RelayJson.Options.Read<Dictionary<string, string>>(row.GetString(4))!
        );
    }

    public void SetMark(string name, long value) =>
        database.Run(
            "INSERT INTO mark VALUES(@name, @value) ON CONFLICT(name) DO UPDATE SET value=@value",
            ("@name", name),
            ("@value", value)
        );
}

/// <summary>A run that has begun.</summary>
/// <param name="Begun">Unix microseconds by the bot's clock.</param>
internal sealed record BegunRun(RunId Run, string Plan, long Begun, bool Finished);

/// <summary>What was there before a change.</summary>
internal sealed record UndoRecord(long Id, RunId Run, Call Call, IReadOnlyDictionary<string, string> Before)
{
    /// <summary>Name of the value that says when the relay takes the change back by itself, in Unix seconds of its own clock.</summary>
    public const string DeadlineValue = "deadline";

    /// <summary>When the relay takes it back by itself, with or without the bot; null when only people do.</summary>
    public long? Deadline => Before.TryGetValue(DeadlineValue, out var seconds) ? long.Parse(seconds) : null;
}

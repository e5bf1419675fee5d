using ImcBot.Contracts;

namespace ImcBot.Relay.Ledger;

/// <summary>What the relay has signed of its ledger: a chain of rows, one for each run that began, in the order they ended.</summary>
internal sealed partial class RelayLedger
{
    /// <summary>Signs that a run was refused: where the chain stands, and that nothing was begun.</summary>
    public string StateRefusal(Report report, string? plan, RelayKey key) => key.Sign(RowOf(report, plan, began: null, after: 0));

    /// <summary>Where it stands; null for one that was never enrolled.</summary>
    public LedgerStand? Stand =>
        Mark(Marks.Identity) is { } id ? new LedgerStand(id, NewestStatement()?.Row ?? 0, NewestStatement()?.Hash ?? "") : null;

    /// <summary>The chain, oldest first.</summary>
    public IReadOnlyList<KeptStatement> Statements() => database.Read("SELECT row, incident, hash, body FROM statement ORDER BY row", Kept);

    /// <summary>Keeps that the old key signed for the new one: the new one's rows carry it from now on.</summary>
    /// <param name="next">The new key's fingerprint; the same one again changes nothing.</param>
    public void KeepHandover(string next, string signed) =>
        database.Run("INSERT OR IGNORE INTO handover VALUES(@next, @body)", ("@next", next), ("@body", signed));

    /// <summary>Each hand-over of this relay's key, oldest first.</summary>
    public IReadOnlyList<string> Handovers() => database.Read("SELECT body FROM handover ORDER BY rowid", row => row.GetString(0));

    /// <param name="after">How many rows it is after the newest.</param>
    private LedgerRow RowOf(Report report, string? plan, long? began, int after)
    {
        var newest = NewestStatement();
        return new LedgerRow(
            report.Run,
            plan,
            began,
            report.At,
            LedgerRow.OutcomeOf(report),
            (newest?.Row ?? 0) + after,
            RowsOf(report.Run.Question.Incident) + after,
            newest?.Hash ?? "",
            policy,
            ProgramDigest.Own,
            Handovers() is { Count: > 0 } all ? all : null
        );
    }

    private string AddRow(Report report, RelayKey key)
    {
        var run = report.Run;
        var (plan, began) = database.Read(
            "SELECT digest, COALESCE(began, begun) FROM run WHERE question=@question AND run=@run",
            row => (row.GetString(0), row.GetInt64(1)),
            ("@question", run.Question.ToString()),
            ("@run", run.Run)
        )[0];
        var row = RowOf(report, plan, began, after: 1);
        var statement = key.Sign(row);
        database.Run(
            "INSERT INTO statement VALUES(@row, @incident, @hash, @body)",
            ("@row", row.Row),
            ("@incident", run.Question.Incident),
            ("@hash", LedgerStatement.HashOf(statement)),
            ("@body", statement)
        );
        return statement;
    }

    private KeptStatement? NewestStatement() =>
        database.Read("SELECT row, incident, hash, body FROM statement ORDER BY row DESC LIMIT 1", Kept).FirstOrDefault();

    private int RowsOf(int incident) =>
        database.Read("SELECT COUNT(*) FROM statement WHERE incident=@incident", row => row.GetInt32(0), ("@incident", incident))[0];

    private static KeptStatement Kept(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3));
}

/// <summary>A row of the chain as it was signed and sent.</summary>
internal sealed record KeptStatement(int Row, int Incident, string Hash, string Text)
{
    /// <summary>The first row that is not signed, or does not follow the one before, as a sentence; null when the chain is whole.</summary>
    public static string? Refuse(IReadOnlyList<KeptStatement> chain)
    {
        for (var index = 0; index < chain.Count; index++)
        {
            var kept = chain[index];
            if (
                !LedgerStatement.TryRead(kept.Text, out var read)
                || read.Row.Row != index + 1
                || kept.Row != index + 1
                || kept.Hash != LedgerStatement.HashOf(kept.Text)
                || read.Row.Before != (index == 0 ? "" : chain[index - 1].Hash)
            )
            {
                return $"Row {index + 1} of the ledger is not as it was signed: other hands have changed it. Keep the file, and "
                    + "compare with the transcripts.";
            }
        }

        return null;
    }
}

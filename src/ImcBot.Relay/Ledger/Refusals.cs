using ImcBot.Contracts;

namespace ImcBot.Relay.Ledger;

/// <summary>What the gate turned away: the relay's own record, beside the report that the bot journals.</summary>
internal sealed partial class RelayLedger
{
    /// <summary>So many are kept; somebody who knocks all night must not fill the disk.</summary>
    private const int MostRefusals = 10_000;

    /// <param name="at">Relay clock, Unix microseconds.</param>
    public void KeepRefusal(RunId run, string reason, long at) =>
        database.Together(() =>
        {
            database.Run(
                "INSERT INTO refusal(at, run, reason) VALUES(@at, @run, @reason)",
                ("@at", at),
                ("@run", run.ToString()),
                ("@reason", reason)
            );
            database.Run("DELETE FROM refusal WHERE id <= (SELECT MAX(id) FROM refusal) - @most", ("@most", MostRefusals));
        });

    /// <summary>The refusals, oldest first.</summary>
    public IReadOnlyList<Refusal> Refusals() =>
        database.Read(
            "SELECT at, run, reason FROM refusal ORDER BY id",
            row => new Refusal(row.GetInt64(0), row.GetString(1), row.GetString(2))
        );
}

/// <summary>One refused run.</summary>
internal sealed record Refusal(long At, string Run, string Reason)
{
    /// <summary>Name of the report's fact that says: nothing was done, the gate refused.</summary>
    public const string Word = "refused";
}

using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Export;

/// <summary>What a reviewer brings from the relay itself.</summary>
/// <param name="Keys">Fingerprints of the keys it had; empty when the bot's register is believed.</param>
/// <param name="Rows">How many rows it has of the incident; null when that is not known.</param>
/// <param name="Hash">How the hash of the newest begins.</param>
internal sealed record LedgerTerms(IReadOnlyList<string> Keys, int? Rows, string Hash)
{
    public static LedgerTerms None { get; } = new([], null, "");
}

/// <summary>What the relay's own signatures prove of a transcript.</summary>
/// <param name="Problem">The first thing that does not hold once all entries are read; what fails before stands in the transcript's own
/// proof.</param>
/// <param name="Acts">Reports of acting runs in the transcript.</param>
/// <param name="Rows">How many of them are signed rows; the others are signed refusals, or not signed at all.</param>
/// <param name="Head">Number and hash of the newest row, as the relay prints it; null without rows.</param>
/// <param name="Keys">Fingerprints of the keys that signed, in order.</param>
internal sealed record LedgerProof(
    string? Problem,
    int Acts,
    int Rows,
    string? Head,
    IReadOnlyList<string> Keys,
    IReadOnlyList<string> NotProven
)
{
    public static LedgerProof None { get; } = new(null, 0, 0, null, [], []);

    public override string ToString() =>
        string.Join(
            '\n',
            NotProven.Prepend(
                Acts == 0
                    ? "The relay carried nothing out."
                    : $"The relay's ledger: {Words.Count(Acts, "run")} reported, {Words.Count(Rows, "signed row")} in one chain; "
                        + $"head {Head ?? "none"}, key "
                        + $"{(Keys.Count == 0 ? "none" : string.Join(", ", Keys))}."
            )
        );
}

/// <summary>
/// Holds the rows that the relay signed against the entries of a transcript: each run that was reported has its row, each row its run, and
/// none is missing between.
/// </summary>
internal sealed class LedgerCheck(LedgerTerms terms)
{
    private readonly Dictionary<RunId, string> _asked = [];
    private readonly HashSet<RunId> _told = [];
    private readonly List<string> _keys = [];
    private readonly HashSet<string> _trusted = [.. terms.Keys];
    private int _acts;
    private int? _unsigned;
    private LedgerRow? _last;
    private string _hash = "";

    /// <summary>The first thing that does not hold, naming the entry.</summary>
    public string? Problem { get; private set; }

    public void Take(Entry entry)
    {
        foreach (var act in entry.Effects.OfType<RunAction>())
        {
            _asked[act.Run] = act.Plan;
        }

        if (Problem is null && entry.Fact is Acted acted)
        {
            _acts++;
            _told.Add(acted.Report.Run);
            Problem = Refuse(entry.Seq, acted);
        }
    }

    public LedgerProof Finish()
    {
        var rows = _last?.Nth ?? 0;
        return new LedgerProof(Missing(rows), _acts, rows, rows == 0 ? null : $"{rows}:{_hash}", _keys, [.. _acts == 0 ? [] : NotProven()]);
    }

    private string? Refuse(int seq, Acted acted)
    {
        var report = acted.Report;
        if (report.Statement is not { } statement)
        {
            _unsigned ??= seq;
            return _keys.Count > 0 || terms.Keys.Count > 0 ? $"Entry {seq}: {report.Run} has no row signed by the relay." : null;
        }

        if (_unsigned is { } first)
        {
            return $"Entry {first}: its run has no row signed by the relay, though later ones have.";
        }

        if (!LedgerStatement.TryRead(statement, out var read))
        {
            return $"Entry {seq}: the relay's row of {report.Run} is damaged, or not signed by the key in it.";
        }

        var (row, print) = (read.Row, KeyPrint.Of(read.PublicKey));
        if (!_keys.Contains(print))
        {
            _keys.Add(print);
        }

        Follow(row.Handovers ?? [], print);
        return acted.RelayKey != print
                ? $"Entry {seq}: the relay's row of {report.Run} is signed by the key {print}, which the bot did not know as this relay's."
            : terms.Keys.Count > 0 && !_trusted.Contains(print)
                ? $"Entry {seq}: the relay's row of {report.Run} is signed by the key {print}, not by {string.Join(" or ", terms.Keys)}."
            : row.Run != report.Run ? $"Entry {seq}: the relay signed a row of {row.Run}, and the entry tells of {report.Run}."
            : row.Outcome != LedgerRow.OutcomeOf(report) ? $"Entry {seq}: the report of {report.Run} is not the one that the relay signed."
            : !_asked.TryGetValue(report.Run, out var plan)
                ? $"Entry {seq}: the relay signed a row of {report.Run}, which this transcript never asked for."
            : row.Plan != plan
                ? $"Entry {seq}: the relay signed that {report.Run} was plan {row.Plan}, and the transcript asked for plan {plan}."
            : Follow(seq, row, statement);
    }

    /// <summary>Trusts the key that signs when its hand-overs lead to it from one that is trusted.</summary>
    private void Follow(IReadOnlyList<string> handovers, string print)
    {
        var chain = KeyHandover.Chain(handovers) ?? [];
        if (chain is [.., var last] && last == print && chain.FirstOrDefault(_trusted.Contains) is { } known)
        {
            _trusted.UnionWith(chain.SkipWhile(key => key != known));
        }
    }

    private string? Follow(int seq, LedgerRow row, string statement)
    {
        var before = _last;
        if (!row.IsRefusal)
        {
            _last = row;
        }

        var expected = (before?.Nth ?? 0) + (row.IsRefusal ? 0 : 1);
        var next = (before?.Row ?? 0) + (row.IsRefusal ? 0 : 1);
        var hash = _hash;
        _hash = row.IsRefusal ? hash : LedgerStatement.HashOf(statement);
        return row.Nth > expected
                ? $"Entry {seq}: a run of the relay's ledger is missing before it; {row.Run} stands at row {row.Nth} of the "
                    + $"incident, not {expected}."
            : row.Nth < expected || row.Row < next
                ? $"Entry {seq}: the relay's rows stand in another order than they were signed in; {row.Run} is row {row.Nth} of "
                    + $"the incident, not {expected}."
            : row.Row == next && (before is not null || next <= 1) && row.Before != hash
                ? $"Entry {seq}: the relay's row of {row.Run} does not follow the row before it."
            : null;
    }

    private string? Missing(int rows) =>
        terms.Keys.Count > 0 && _keys.Count == 0 && _acts > 0 ? "The relay has signed nothing in this transcript."
        : terms.Rows is not { } count || (count == rows && _hash.StartsWith(terms.Hash, StringComparison.Ordinal)) ? null
        : count > rows
            ? $"The relay's ledger has {Words.Count(count, "row")} of this incident, the transcript {rows}: "
                + $"after row {rows} a run is missing."
        : count < rows
            ? $"The relay's ledger has only {Words.Count(count, "row")} of this incident, the transcript {rows}: "
                + "take the head from the relay again."
        : $"Row {rows} of the relay's ledger is not the one in this transcript.";

    private IEnumerable<string> NotProven()
    {
        if (_keys.Count == 0)
        {
            yield return "Not proven: what the relay did. It signed no row of its ledger; only the bot's journal tells of its runs.";
            yield break;
        }

        if (terms.Keys.Count == 0)
        {
            yield return "Not proven: whose key signed the ledger. It is the one in the bot's own register; give --relay-key with "
                + "what 'imcbot-relay ledger' prints on the relay.";
        }

        if (terms.Rows is null)
        {
            yield return "Not proven: that the relay did nothing after its last row here. Give --relay-head with what 'imcbot-relay "
                + "ledger' prints for the incident.";
        }

        var open = _asked.Keys.Where(run => !_told.Contains(run)).ToList();
        if (open.Count > 0)
        {
            yield return $"Not proven: what became of {SubjectWords.List(open.Select(run => $"{run}"), open.Count, 5)}, which was "
                + "asked for and never reported.";
        }

        yield return "Not proven: that the server was as the relay says. Its rows are its word, and what it does by itself at a "
            + "deadline is no row.";
    }
}

using System.Runtime.CompilerServices;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>What a JSON Lines transcript proves.</summary>
/// <param name="Problem">The first thing that does not hold, naming the entry; null when everything does.</param>
/// <param name="KeyPrint">Fingerprint of the key that signed it: worth as much as the comparison with the bot's own.</param>
/// <param name="Removed">How many texts were removed since they were written.</param>
/// <param name="Ledger">What the relay's own signatures prove.</param>
internal sealed record TranscriptProof(
    string? Problem,
    int Incident,
    int Entries,
    int Removed,
    string? KeyPrint,
    string? Head,
    LedgerProof Ledger
);

/// <summary>Verifies a JSON Lines transcript, line by line, without the bot.</summary>
internal static class TranscriptCheck
{
    /// <summary>Reads the file to its end or to the first problem. Every byte counts: a line must be as ImcBot writes it.</summary>
    /// <param name="visit">Told of every entry that holds.</param>
    public static async Task<TranscriptProof> VerifyAsync(
        Stream file,
        Action<Entry>? visit,
        CancellationToken cancellationToken,
        LedgerTerms? terms = null
    )
    {
        var ledger = new LedgerCheck(terms ?? LedgerTerms.None);
        var walk = await WalkAsync(file, visit + ledger.Take, cancellationToken);
        var (proof, held) = (walk.Finish(), ledger.Finish());

        // The entries come first to last, so what the relay's rows say of an entry that holds comes before an entry that does not.
        return proof with
        {
            Problem = ledger.Problem ?? proof.Problem ?? held.Problem,
            Ledger = held,
        };
    }

    /// <summary>The walk after the file's last line or first problem, with the runbook that the file holds.</summary>
    public static async Task<TranscriptWalk> WalkAsync(Stream file, Action<Entry>? visit, CancellationToken cancellationToken)
    {
        var walk = new TranscriptWalk();
        await foreach (var (line, isWhole) in LinesAsync(file, cancellationToken))
        {
            var before = walk.Entry;
            walk.Take(line);
            if (walk.Problem is null && !isWhole)
            {
                walk.Break();
            }

            if (walk.Problem is not null)
            {
                break;
            }

            if (walk.Entry is { } entry && !ReferenceEquals(entry, before))
            {
                visit?.Invoke(entry);
            }
        }

        return walk;
    }

    /// <summary>The bytes between line feeds; nothing else ends a line.</summary>
    private static async IAsyncEnumerable<(byte[] Line, bool IsWhole)> LinesAsync(
        Stream file,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var buffer = new byte[64 * 1024];
        using var line = new MemoryStream();
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            for (var start = 0; start < read; )
            {
                var length = buffer.AsSpan(start, read - start).IndexOf((byte)'\n');
                line.Write(buffer, start, length < 0 ? read - start : length);
                start += length < 0 ? read : length + 1;
                if (length >= 0)
                {
                    yield return (line.ToArray(), true);
                    line.SetLength(0);
                }
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToArray(), false);
        }
    }
}

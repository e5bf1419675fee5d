using System.Security.Cryptography;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Session;

/// <summary>
/// Sees to it that a relay works with the ledger it was enrolled with: with an empty one, or another's, it would hold items and undo
/// nothing.
/// </summary>
internal static class OwnLedger
{
    /// <summary>The membership, naming its ledger; the ledger is made at enrolment, and adopted where an older relay has one.</summary>
    /// <param name="fresh">Sets aside whatever is there and begins a new one.</param>
    /// <param name="at">Unix microseconds: names what is set aside.</param>
    /// <exception cref="DataFolderException">The ledger is missing, empty, damaged or another's.</exception>
    public static Membership Settle(RelayOptions options, Membership membership, bool fresh, long at)
    {
        if (fresh)
        {
            SetAside(options.LedgerFile, at);
        }
        else if (membership.Ledger is not null && !File.Exists(options.LedgerFile))
        {
            throw Wrong(options, "is missing");
        }

        var known = Identify(options.LedgerFile, isNew: fresh || membership.Ledger is null);
        return fresh || membership.Ledger is null || membership.Ledger == known
            ? membership with
            {
                Ledger = known,
            }
            : throw Wrong(options, known is null ? "is empty" : "is another relay's");
    }

    /// <summary>
    /// The number of the ledger in this file, which is made where it is missing. Throws <see cref="DataFolderException"/> when the file is
    /// damaged.
    /// </summary>
    public static long Identify(string file) => Identify(file, isNew: true)!.Value;

    private static long? Identify(string file, bool isNew)
    {
        using var database = new Database(file);
        var ledger = new RelayLedger(database);
        if (ledger.Mark(Marks.Identity) is null && isNew)
        {
            ledger.SetMark(Marks.Identity, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue);
        }

        return ledger.Mark(Marks.Identity);
    }

    private static DataFolderException Wrong(RelayOptions options, string what) =>
        new(
            $"The ledger {options.LedgerFile} {what}, and this relay was enrolled with one. Put it back from a backup, or start "
                + "once with 'imcbot-relay run --new-ledger': what was held and what could be undone is then forgotten, which the "
                + "channel is told."
        );

    private static void SetAside(string ledger, long at)
    {
        foreach (var file in (string[])[ledger, $"{ledger}-wal", $"{ledger}-shm"])
        {
            if (File.Exists(file))
            {
                File.Move(file, $"{file}.before-{at}");
            }
        }
    }
}

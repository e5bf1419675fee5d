using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Isolation;

namespace ImcBot.Testing.Mail;

/// <summary>
/// Spools of 100 real messages, each taken again only when all were taken, with one defect planted in one of them: is that message among
/// the five most suspicious?
/// </summary>
internal sealed class SuspicionTrial
{
    public const int Spool = 100,
        Suspects = 5;

    private static readonly byte[] Envelope = Encoding.Latin1.GetBytes("ImCr\u0001\0peer\0ann@shop.example.net\0bob@example.com\0\0EwLs");

    private readonly Func<byte[], Task<IReadOnlyList<string>>> _scan;
    private readonly List<(byte[] Mail, IReadOnlyList<string> Features)> _mail;

    private SuspicionTrial(Func<byte[], Task<IReadOnlyList<string>>> scan, List<(byte[], IReadOnlyList<string>)> mail) =>
        (_scan, _mail) = (scan, mail);

    /// <param name="folder">Real message files, without envelope.</param>
    /// <param name="scan">Tells the features of a spool file.</param>
    public static async Task<SuspicionTrial> BeginAsync(string folder, Func<byte[], Task<IReadOnlyList<string>>> scan)
    {
        var mail = new List<(byte[], IReadOnlyList<string>)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            mail.Add((bytes, await scan([.. Envelope, .. bytes])));
        }

        return new SuspicionTrial(scan, mail);
    }

    /// <summary>Different messages at hand.</summary>
    public int Messages => _mail.Count;

    /// <summary>Messages at hand in which nothing was planted and that look suspicious.</summary>
    public int Suspicious(Version? build) =>
        _mail.Count(mail => Suspicion.Weigh(mail.Features, mail.Mail.Length, build) >= Suspicion.Suspect);

    /// <summary>In how many of the seeded placements the culprit is among the suspects.</summary>
    /// <param name="build">Store.exe's build; null counts every defect as not yet fixed.</param>
    public async Task<int> HitsAsync(string defect, int placements, Version? build, int seed)
    {
        var random = new Random(seed);
        var hits = 0;
        for (var placement = 0; placement < placements; placement++)
        {
            var culprit = random.Next(Spool);
            var deck = Enumerable.Range(0, _mail.Count).ToArray();
            random.Shuffle(deck);
            var messages = new List<WeighedMessage>();
            for (var index = 0; index < Spool; index++)
            {
                var (mail, features) = _mail[deck[index % deck.Length]];
                if (index == culprit)
                {
                    byte[] planted = [.. Envelope, .. Encoding.Latin1.GetBytes(Planting.All[defect](Encoding.Latin1.GetString(mail)))];
                    (mail, features) = (planted, await _scan(planted));
                }

                messages.Add(new WeighedMessage(index, "", mail.Length, features, index, null));
            }

            var outline = new SearchOutline(Spool, Suspicion.Weigh(messages, build), IndexSet.Empty, 1);
            hits += new Weights(outline, seed + placement, IndexSet.Empty).Suspects(IndexSet.UpTo(Spool), Suspects).Contains(culprit)
                ? 1
                : 0;
        }

        return hits;
    }
}

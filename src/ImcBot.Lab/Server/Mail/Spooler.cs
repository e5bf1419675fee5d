using System.Security.Cryptography;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Mail;

/// <summary>Puts messages into In as if they had arrived, good ones and spoilt ones, each with a name and token of its own.</summary>
internal sealed class Spooler(Drives drives, MessageLedger ledger, MailSource source, int seed, TimeProvider time)
{
    private const int FirstBadAtMost = 10;

    private readonly Random random = new(unchecked((seed * 7919) + ledger.All.Count));
    private readonly HashSet<string> used = [.. ledger.All.Select(message => message.Name)];

    /// <summary>Defects for a fault <c>message:K</c>: every kind once before any kind comes again.</summary>
    public IReadOnlyList<Defect> Draw(int count)
    {
        var drawn = new List<Defect>();
        while (drawn.Count < count)
        {
            var kinds = DefectTable.Stopping.ToArray();
            random.Shuffle(kinds);
            drawn.AddRange(kinds);
        }

        return drawn[..count];
    }

    /// <summary>A token that no run of this server has used.</summary>
    public static string NewToken() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>
    /// Files <paramref name="count"/> messages, the defects among them, the first defect near the front: the mail that came before it was
    /// delivered.
    /// </summary>
    public void Fill(string root, int count, IReadOnlyList<Defect> defects)
    {
        var slots = new Defect?[Math.Max(count, defects.Count)];
        var first = Math.Min(FirstBadAtMost, slots.Length / 20);
        var places = Enumerable.Range(0, slots.Length).ToArray();
        random.Shuffle(places.AsSpan(Math.Min(slots.Length, first + 1)));
        for (var i = 0; i < defects.Count; i++)
        {
            slots[i == 0 ? first : places[^i]] = defects[i];
        }

        var begin = time.GetUtcNow() - TimeSpan.FromSeconds(slots.Length);
        for (var i = 0; i < slots.Length; i++)
        {
            Put(root, slots[i], begin + TimeSpan.FromSeconds(i));
        }
    }

    public byte[] Spoil(Defect defect) => SpoiltMail.Make(source, defect);

    private void Put(string root, Defect? defect, DateTimeOffset at)
    {
        var name = SpoolName.Next(random);
        while (!used.Add(name))
        {
            name = SpoolName.Next(random);
        }

        var token = $"{random.NextInt64(1L << 48):x12}";
        var message = SpoolFile.WithToken(token, defect is null ? source.Next() : Spoil(defect));
        var file = SpoolFile.Build(name, "mx.sender.example", "sender@sender.example", ["office@example.com"], at, message);
        var work = drives.RealNew($@"{root}\Work\{name}");
        File.WriteAllBytes(work, file);
        File.SetLastWriteTimeUtc(work, at.UtcDateTime);
        ledger.Plant(token, name, Convert.ToHexStringLower(SHA256.HashData(file)), defect?.Id);
        File.Move(work, drives.RealNew($@"{root}\In\{name}"));
    }
}

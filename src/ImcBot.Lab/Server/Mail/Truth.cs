using System.Text.Json;
using ImcBot.Lab.Server.Faults;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Mail;

internal enum MessageState
{
    In,
    Work,
    Delivered,
    Archived,
    BadFolder,
    Held,
    Deleted,
    Out,
}

internal sealed record TrueMessage(string Token, string Name, string Sha256, bool Bad, string? Defect, MessageState State, int Deliveries);

/// <summary>
/// What really happened. <c>FirstDeliveryAt</c> is the first delivery after the first stop with 4102, in Unix microseconds; null until
/// then.
/// </summary>
/// <param name="Answers">Whether its last visitor was answered; null for a server that nobody visits.</param>
internal sealed record GroundTruth(
    IReadOnlyList<TrueMessage> Messages,
    IReadOnlyList<string> Faults,
    int Arrived,
    int StoreCrashes,
    int Starts,
    long? FirstDeliveryAt,
    long? FirstStopAt,
    bool? Answers = null
);

/// <summary>Finds out where every message is by looking at the disk and at the store's database, never by what anybody reported.</summary>
internal sealed class TruthFinder(Drives drives, Registry registry, MessageLedger ledger, Record record, PlantedFaults planted)
{
    private const int TokenWithin = 2048;

    public GroundTruth Find()
    {
        // Deliveries are read last: a message that is delivered meanwhile then counts as delivered and not as missing.
        var places = new Dictionary<string, MessageState>(StringComparer.Ordinal);
        Locate(places);
        if (places.Count < ledger.All.Count)
        {
            // What was on its way from one folder to another is found the second time.
            Locate(places);
        }

        var deliveries = Deliveries();
        var counts = deliveries.CountBy(delivery => delivery.Token).ToDictionary(StringComparer.Ordinal);
        var messages = ledger
            .All.Select(message => new TrueMessage(
                message.Token,
                message.Name,
                message.Sha256,
                message.Defect is not null,
                message.Defect,
                counts.ContainsKey(message.Token) ? MessageState.Delivered : places.GetValueOrDefault(message.Token, MessageState.Deleted),
                counts.GetValueOrDefault(message.Token)
            ))
            .ToList();

        var changes = record.After(0);
        var stopped = changes
            .FirstOrDefault(change => change.What == Record.Stopped && change.Target == Places.Imc && change.Detail is not null)
            ?.At;
        return new GroundTruth(
            messages,
            planted.All,
            ledger.All.Count(message => message.Arrived),
            changes.Count(change => change.What == Record.Died && change.Target == Places.Store),
            changes.Count(change => change.What == Record.Start && change.Target == Places.Imc),
            stopped is null ? null : deliveries.Where(delivery => delivery.At > stopped).Select(delivery => (long?)delivery.At).Min(),
            stopped
        );
    }

    private IReadOnlyList<Delivery> Deliveries()
    {
        var path = drives.Real(Places.Mailboxes);
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = reader.ReadToEnd();
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<Delivery>(line, LabJson.Options)!),
        ];
    }

    private void Locate(Dictionary<string, MessageState> found)
    {
        var tokens = ledger.All.ToLookup(message => message.Name, message => message.Token, StringComparer.OrdinalIgnoreCase);
        var root = registry.Snapshot().Text(Places.ImcParameters, Places.RootDir)?.TrimEnd('\\') ?? Places.Imcdata;
        var start = new byte[TokenWithin];
        foreach (var drive in Drives.Sizes.Keys)
        {
            foreach (var real in Directory.EnumerateFiles(drives.Real(drive), "*", Drives.Everything))
            {
                // A file under its own name is not opened: that would look to others like a program that uses it.
                if ((tokens[Path.GetFileName(real)].FirstOrDefault() ?? TokenIn(real, start)) is { } token)
                {
                    var state = StateAt(drives.Windows(real), root);
                    found[token] = found.TryGetValue(token, out var other) && Rank(other) < Rank(state) ? other : state;
                }
            }
        }
    }

    private static string? TokenIn(string path, byte[] buffer)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return SpoolFile.TokenOf(buffer.AsSpan(0, RandomAccess.Read(handle, buffer, 0)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static MessageState StateAt(string path, string root)
    {
        var folder = path[..path.LastIndexOf('\\')];
        bool Is(string name) => string.Equals(folder, $@"{root}\{name}", StringComparison.OrdinalIgnoreCase);
        return Is("In") ? MessageState.In
            : Is("Work") ? MessageState.Work
            : Is(@"In\Archive") ? MessageState.Archived
            : Is("Out") || Is(@"Out\Archive") ? MessageState.Out
            : path.Contains(@":\RECYCLER\", StringComparison.OrdinalIgnoreCase) ? MessageState.Deleted
            : MessageState.Held;
    }

    private static int Rank(MessageState state) =>
        state switch
        {
            MessageState.In => 0,
            MessageState.Work => 1,
            MessageState.Archived => 2,
            MessageState.Out => 3,
            MessageState.Held => 4,
            _ => 5,
        };
}

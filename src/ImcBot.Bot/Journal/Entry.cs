using System.Collections.ObjectModel;
using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>One fact of an incident and what was decided on it, as the chain covers it.</summary>
/// <param name="Seq">From 1, without gaps.</param>
/// <param name="At">Unix microseconds.</param>
/// <param name="Prev">SHA-256 of the bytes of the entry before, lower-case hex; empty for the first.</param>
/// <param name="Kind">The fact's name, or <c>parked</c>.</param>
/// <param name="Fact">Null for a parking, and where <paramref name="FactBlob"/> stands instead.</param>
/// <param name="FactBlob">Digest of the fact's JSON where it is too large for an entry (a long plan, a search manifest).</param>
internal sealed record Entry(int Incident, int Seq, long At, string Prev, string Kind, Fact? Fact, string? FactBlob, Parking? Parking)
{
    public Phase Phase { get; init; }

    /// <summary>None where the fact was declined.</summary>
    public IReadOnlyList<Effect> Effects { get; init; } = [];

    /// <summary>Why the fact changed nothing; null when it was taken.</summary>
    public Sealed? Declined { get; init; }

    /// <summary>The entry that follows another.</summary>
    /// <param name="fact">Null for a parking.</param>
    public static Entry After(Head head, long at, Fact? fact, Parking? parking, Decision decision) =>
        new(head.Incident, head.Seq + 1, at, head.Hash, KindOf(fact), fact, null, parking)
        {
            Phase = decision.Incident.Phase,
            Effects = decision.Declined is null ? decision.Effects : [],
            Declined = decision.Declined is { } why ? new Sealed(why) : default(Sealed?),
        };

    private static string KindOf(Fact? fact) =>
        fact is null ? "parked" : char.ToLowerInvariant(fact.GetType().Name[0]) + fact.GetType().Name[1..];
}

/// <summary>Today's code decided a recorded fact differently: the recorded decision was kept and the incident waits for a person.</summary>
/// <param name="Entry">The entry whose decision differs.</param>
internal sealed record Parking(int Entry, string What);

/// <summary>An entry as it lies in the journal.</summary>
/// <param name="Bytes">UTF-8 JSON exactly as first written.</param>
/// <param name="Signature">ES256 over the bytes.</param>
/// <param name="Values">What stands behind its commitments, as far as it has not been removed.</param>
/// <param name="Blob">The fact's JSON where the entry only names its digest.</param>
internal sealed record StoredEntry(int Seq, byte[] Bytes, byte[] Signature, IReadOnlyList<SealedValue> Values, byte[]? Blob)
{
    private string? _hash;
    private IReadOnlyList<SealedValue>? _fitting;
    private Entry? _entry;

    public string Hash => _hash ??= ContentDigest.Of(Bytes);

    /// <summary>The values that are what was written.</summary>
    public IReadOnlyList<SealedValue> Fitting => _fitting ??= [.. Values.Where(value => value.Fits)];

    /// <summary>Reads the entry. Throws <see cref="System.Text.Json.JsonException"/> when the bytes are none.</summary>
    public Entry Read() => _entry ??= Parse();

    /// <summary>
    /// Hashes and reads before anybody asks, on a thread that has nothing else to do. What cannot be read is told to who asks.
    /// </summary>
    public void ReadAhead()
    {
        try
        {
            _ = (Hash, Read());
        }
        catch (System.Text.Json.JsonException) { }
    }

    private Entry Parse()
    {
        IReadOnlyDictionary<string, string> known =
            Fitting.Count == 0
                ? ReadOnlyDictionary<string, string>.Empty
                : Fitting.ToDictionary(value => value.Commitment, value => value.Value, StringComparer.Ordinal);
        var entry = JournalJson.Read<Entry>(Bytes, known);
        return entry.FactBlob is null ? entry : entry with { Fact = JournalJson.Read<Fact>(Blob, known) };
    }
}

/// <summary>Where the next entry is put.</summary>
/// <param name="Seq">Number of the newest entry; 0 before the first.</param>
/// <param name="Hash">Hash of its bytes; empty before the first.</param>
internal readonly record struct Head(int Incident, int Seq, string Hash)
{
    public static Head Before(int incident) => new(incident, 0, "");
}

/// <summary>How entries hang together.</summary>
internal static class Chain
{
    /// <summary>Why this entry does not follow the head, as a sentence, or null when it does. The signature is asked first.</summary>
    /// <param name="key">Null when only the newest entry's signature is asked: the hashes carry it back to the first.</param>
    public static string? Refuse(Head head, StoredEntry stored, JournalKey? key, out Entry? entry)
    {
        entry = null;
        if (key?.Verifies(stored.Bytes, stored.Signature) == false)
        {
            return $"Entry {stored.Seq} of INC-{head.Incident} is not signed by this journal's key.";
        }

        var read = stored.Read();
        if (read.Incident != head.Incident || read.Seq != stored.Seq || read.Seq != head.Seq + 1)
        {
            return $"Entry {head.Seq + 1} of INC-{head.Incident} is missing: INC-{read.Incident} entry {read.Seq} stands in its place.";
        }

        if (read.Prev != head.Hash)
        {
            return $"Entry {read.Seq} of INC-{head.Incident} does not follow the entry before it.";
        }

        if (stored.Fitting.Count < stored.Values.Count)
        {
            return $"A text of entry {read.Seq} of INC-{head.Incident} is not the one that was written.";
        }

        if (read.FactBlob is not null && (stored.Blob is null || ContentDigest.Of(stored.Blob) != read.FactBlob))
        {
            return $"The kept bytes of entry {read.Seq} of INC-{head.Incident} are not those that were written.";
        }

        entry = read;
        return null;
    }
}

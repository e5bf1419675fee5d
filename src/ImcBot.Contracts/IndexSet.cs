using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>
/// An immutable set of message indexes (0 and up), kept as sorted ranges that neither touch nor overlap, so that
/// "all but five of 100,000" costs six ranges. Written and sent as text such as <c>0-4,7,9-12</c>; empty is the empty text.
/// Two sets are equal when they hold the same indexes.
/// </summary>
[JsonConverter(typeof(IdentifierConverter<IndexSet>))]
public readonly struct IndexSet : IIdentifier<IndexSet>, IEquatable<IndexSet>, IEnumerable<int>
{
    private readonly IndexRange[]? _stored;

    private IndexSet(IndexRange[] ranges)
    {
        _stored = ranges;
        foreach (var range in ranges)
        {
            Count += range.Count;
        }
    }

    public static IndexSet Empty => default;

    /// <summary>How many indexes the set holds.</summary>
    public int Count { get; }

    public bool IsEmpty => Count == 0;

    /// <summary>The ranges in ascending order; between two of them at least one index is missing.</summary>
    public IReadOnlyList<IndexRange> Ranges => Parts;

    private IndexRange[] Parts => _stored ?? [];

    /// <summary>The first <paramref name="count"/> indexes: 0 to count - 1.</summary>
    public static IndexSet UpTo(int count) => Range(0, count);

    /// <summary><paramref name="count"/> indexes from <paramref name="first"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Either number is negative.</exception>
    public static IndexSet Range(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? Empty : new([new IndexRange(first, checked(first + count - 1))]);
    }

    /// <summary>The given indexes, in any order, repeats allowed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative.</exception>
    public static IndexSet Of(params IEnumerable<int> indexes) => Normal(indexes.Select(i => new IndexRange(i, i)));

    /// <summary>The given ranges, in any order, overlaps allowed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A range is negative or ends before it begins.</exception>
    public static IndexSet Of(IEnumerable<IndexRange> ranges) => Normal(ranges);

    public bool Contains(int index)
    {
        int low = 0,
            high = Parts.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (index < Parts[middle].First)
            {
                high = middle - 1;
            }
            else if (index > Parts[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public bool Overlaps(IndexSet other) => !Intersect(other).IsEmpty;

    public bool IsSubsetOf(IndexSet other) => Except(other).IsEmpty;

    public IndexSet Union(IndexSet other)
    {
        return IsEmpty ? other
            : other.IsEmpty ? this
            : Normal(Parts.Concat(other.Parts));
    }

    public IndexSet Intersect(IndexSet other)
    {
        var common = new List<IndexRange>();
        for (int i = 0, j = 0; i < Parts.Length && j < other.Parts.Length; )
        {
            var first = Math.Max(Parts[i].First, other.Parts[j].First);
            var last = Math.Min(Parts[i].Last, other.Parts[j].Last);
            if (first <= last)
            {
                common.Add(new IndexRange(first, last));
            }

            if (Parts[i].Last < other.Parts[j].Last)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return common.Count == 0 ? Empty : new([.. common]);
    }

    public IndexSet Except(IndexSet other)
    {
        if (IsEmpty || other.IsEmpty)
        {
            return this;
        }

        var left = new List<IndexRange>();
        var j = 0;
        foreach (var range in Parts)
        {
            var first = range.First;
            while (j < other.Parts.Length && other.Parts[j].Last < first)
            {
                j++;
            }

            for (var cut = j; first <= range.Last; cut++)
            {
                if (cut == other.Parts.Length || other.Parts[cut].First > range.Last)
                {
                    left.Add(range with { First = first });
                    break;
                }

                if (other.Parts[cut].First > first)
                {
                    left.Add(new IndexRange(first, other.Parts[cut].First - 1));
                }

                first = Math.Max(first, other.Parts[cut].Last + 1);
            }
        }

        return left.Count == 0 ? Empty : new([.. left]);
    }

    /// <summary>The lowest <paramref name="count"/> indexes of the set, or the whole set when it holds fewer.</summary>
    public IndexSet Take(int count)
    {
        if (count >= Count)
        {
            return this;
        }

        var taken = new List<IndexRange>();
        foreach (var range in Parts)
        {
            if (count <= 0)
            {
                break;
            }

            var size = Math.Min(count, range.Count);
            taken.Add(new IndexRange(range.First, range.First + size - 1));
            count -= size;
        }

        return taken.Count == 0 ? Empty : new([.. taken]);
    }

    public static IndexSet Parse(string text) => TryParse(text, out var set, out var error) ? set : throw new FormatException(error);

    public static bool TryParse([NotNullWhen(true)] string? text, out IndexSet id) => TryParse(text, out id, out _) && text is not null;

    /// <summary>Reads the text form; spaces and any order are accepted, repeats are merged.</summary>
    /// <param name="error">A sentence that names the part that is wrong and what is expected.</param>
    public static bool TryParse(string? text, out IndexSet set, [NotNullWhen(false)] out string? error)
    {
        set = Empty;
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var ranges = new List<IndexRange>();
        foreach (var part in text.Split(','))
        {
            if (!IndexRange.TryParse(part, out var range))
            {
                set = Empty;
                var shown = part.Length <= 40 ? part : string.Concat(part.AsSpan(0, 40), "...");
                error =
                    $"'{shown}' is not a message index or a range of them; write a number such as 7 or a range such as 0-4, "
                    + "separated by commas.";
                return false;
            }

            ranges.Add(range);
        }

        set = Normal(ranges);
        return true;
    }

    public override string ToString() => new StringBuilder().AppendJoin(',', Parts).ToString();

    public bool Equals(IndexSet other) => Parts.AsSpan().SequenceEqual(other.Parts);

    public override bool Equals(object? obj) => obj is IndexSet other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in Parts)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    public static bool operator ==(IndexSet left, IndexSet right) => left.Equals(right);

    public static bool operator !=(IndexSet left, IndexSet right) => !left.Equals(right);

    public IEnumerator<int> GetEnumerator()
    {
        foreach (var range in Parts)
        {
            for (var offset = 0; offset < range.Count; offset++)
            {
                yield return range.First + offset;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static IndexSet Normal(IEnumerable<IndexRange> ranges)
    {
        var merged = new List<IndexRange>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(range.First, nameof(ranges));
            ArgumentOutOfRangeException.ThrowIfLessThan(range.Last, range.First, nameof(ranges));
            if (merged.Count > 0 && range.First - 1 <= merged[^1].Last)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged.Count == 0 ? Empty : new([.. merged]);
    }
}

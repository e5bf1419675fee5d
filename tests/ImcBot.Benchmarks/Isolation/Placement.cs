using ImcBot.Contracts;

namespace ImcBot.Benchmarks.Isolation;

/// <summary>Seeded choice of bad messages.</summary>
internal static class Placement
{
    /// <summary>A prime that divides no count of the tables.</summary>
    private const long Stride = 7_368_787;

    /// <summary>
    /// The first bad message walks through all positions as the seed counts up, each as often as any other, so that its place adds no
    /// chance to a mean; the others are random.
    /// </summary>
    public static IndexSet Of(int count, int bad, int seed)
    {
        var random = new Random(unchecked((seed * 7919) + (bad * 31) + count));
        var chosen = new HashSet<int>();
        if (bad > 0)
        {
            chosen.Add((int)(seed * Stride % count));
        }

        while (chosen.Count < bad)
        {
            chosen.Add(random.Next(count));
        }

        return IndexSet.Of(chosen);
    }

    /// <summary>As <see cref="Of"/>, but none of the given ones.</summary>
    public static IndexSet Outside(IndexSet others, int count, int bad, int seed)
    {
        var free = IndexSet.UpTo(count).Except(others);
        return IndexSet.Of(Of(free.Count, bad, seed).Select(free.ElementAt));
    }

    /// <summary>ceil(log2 C(count, bad)): no way that learns one bit a round needs fewer rounds in its worst case.</summary>
    public static int Floor(int count, int bad) => (int)Math.Ceiling(Bits(count, bad) - 1e-9);

    /// <summary>log2 C(count, bad).</summary>
    public static double Bits(int count, int bad)
    {
        double bits = 0;
        for (var i = 0; i < bad; i++)
        {
            bits += Math.Log2((count - i) / (double)(i + 1));
        }

        return bits;
    }
}

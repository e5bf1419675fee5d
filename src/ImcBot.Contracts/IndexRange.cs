using System.Globalization;

namespace ImcBot.Contracts;

/// <summary>All indexes from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct IndexRange(int First, int Last)
{
    public int Count => Last - First + 1;

    public override string ToString() =>
        First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    internal static bool TryParse(ReadOnlySpan<char> text, out IndexRange range)
    {
        var dash = text.IndexOf('-');
        var first = dash < 0 ? text : text[..dash];
        var last = dash < 0 ? text : text[(dash + 1)..];
        range = default;
        if (!IsIndex(first, out var from) || !IsIndex(last, out var to) || to < from || to == int.MaxValue)
        {
            return false;
        }

        range = new IndexRange(from, to);
        return true;
    }

    private static bool IsIndex(ReadOnlySpan<char> text, out int index) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out index);
}

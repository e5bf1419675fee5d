namespace ImcBot.Relay.Products.Postfix;

/// <summary>A line of the log, taken apart: <c>… pf/smtp[17]: 4jdDkh4WRwz1j3LH: to=…</c>.</summary>
/// <param name="Daemon">Which daemon wrote it, such as <c>smtp</c>.</param>
/// <param name="Id">The queue id that it is about; null where it is about none.</param>
/// <param name="Rest">What it says.</param>
internal sealed record LogText(string Daemon, string? Id, string Rest)
{
    private const int ShortestId = 6,
        LongestId = 40;

    /// <summary>Null for a line that no daemon of Postfix wrote.</summary>
    /// <param name="by">Who wrote it, where the journal tells it apart from the line, such as <c>postfix/smtp</c>.</param>
    public static LogText? Of(string line, string by = "")
    {
        if (by.LastIndexOf('/') is > 0 and var slash)
        {
            return Parsed(by[(slash + 1)..], line);
        }

        var end = line.IndexOf("]: ", StringComparison.Ordinal);
        var begin = end < 0 ? -1 : line.LastIndexOf('[', end);
        var daemon = begin < 0 ? -1 : line.LastIndexOfAny(['/', ' '], begin);
        return daemon < 0 || line[daemon] != '/' ? null : Parsed(line[(daemon + 1)..begin], line[(end + 3)..]);
    }

    private static LogText Parsed(string daemon, string said)
    {
        var colon = said.IndexOf(": ", StringComparison.Ordinal);
        return
            colon is >= ShortestId and <= LongestId
            && said.AsSpan(0, colon).IndexOfAnyExcept(Letters) < 0
            && said.AsSpan(0, colon).IndexOfAnyInRange('0', '9') >= 0
            ? new LogText(daemon, said[..colon], said[(colon + 2)..])
            : new LogText(daemon, null, said);
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );
}

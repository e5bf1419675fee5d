using System.Text.RegularExpressions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>A line of the log, taken apart: <c>… pf/smtp[17]: 4jdDkh4WRwz1j3LH: to=…</c>.</summary>
/// <param name="Name">Under which name (<c>syslog_name</c>) it was written, such as <c>postfix</c> or <c>postfix/submission</c>.</param>
/// <param name="Daemon">Which daemon wrote it, such as <c>smtp</c>.</param>
/// <param name="Id">The queue id that it is about; null where it is about none.</param>
/// <param name="Rest">What it says.</param>
internal sealed partial record LogText(string Name, string Daemon, string? Id, string Rest)
{
    /// <summary>An address as it is logged: a <c>&gt;</c> of its own stands between quotes.</summary>
    private const string Address = """<(?:"(?:\\.|[^"\\])*"|[^"<>])*>""";

    /// <summary>What came of a recipient; null for a line of something else.</summary>
    public Delivery? Delivery { get; } =
        Delivered().Match(Rest) is { Success: true, Groups: var groups }
            ? new Delivery(groups["relay"].Value, groups["status"].Value, groups["reason"].Value)
            : null;

    /// <summary>
    /// What the daemon itself says, and no message, client, filter or other server: those could write whatever they want to be read here.
    /// </summary>
    public string Own =>
        Delivery is { } delivery ? OwnOf(delivery.Reason)
        : Rejected().Match(Rest) is { Success: true } rejected ? rejected.Groups[1].Value
        : Before(FromOutside(), Rest);

    /// <summary>Null for a line that no daemon of Postfix wrote.</summary>
    /// <param name="by">Who wrote it, where the journal tells it apart from the line, such as <c>postfix/smtp</c>.</param>
    public static LogText? Of(string line, string by = "") =>
        Writer().Match(by) is { Success: true } writer ? Parsed(writer, line)
        : Beginning().Match(line) is { Success: true } begin ? Parsed(begin, line[begin.Length..])
        : null;

    /// <summary>A reason without what others have said.</summary>
    public static string OwnOf(string reason) => Before(Quoting(), reason);

    private static LogText Parsed(Match by, string said)
    {
        var (name, daemon) = (by.Groups["name"].Value, by.Groups["daemon"].Value);
        return QueueId().Match(said) is { Success: true } id
            ? new LogText(name, daemon, id.Groups[1].Value, said[id.Length..])
            : new LogText(name, daemon, null, said);
    }

    private static string Before(Regex sign, string text) => sign.Match(text) is { Success: true, Index: var at } ? text[..at] : text;

    [GeneratedRegex(
        @"^(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\S+) \S+ (?<name>\S*)/(?<daemon>[a-z0-9_-]+)\[\d+\]: ",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Beginning();

    [GeneratedRegex("^(?<name>.*)/(?<daemon>[a-z0-9_-]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Writer();

    [GeneratedRegex("^(?=[A-Za-z]*[0-9])([A-Za-z0-9]{6,40}): ", RegexOptions.CultureInvariant)]
    private static partial Regex QueueId();

    [GeneratedRegex(
        $@"^to={Address}, (?:orig_to={Address}, )?relay=(?<relay>[^,\s]+), (?:[a-z_]+=[\d./]+, )*status=(?<status>[a-z]+) \((?<reason>.*)$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Delivered();

    [GeneratedRegex($@"^(?:NOQUEUE: )?reject: [A-Z]+ from \S+: \d{{3}} [\d.]+ (?:{Address}: )?([^<;]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Rejected();

    /// <summary>How the words of another server or of a program begin.</summary>
    [GeneratedRegex(" said: | refused to talk to me: |Command output: ", RegexOptions.CultureInvariant)]
    private static partial Regex Quoting();

    /// <summary>An address, a part of a message, or the name of a client, which its own words may follow.</summary>
    [GeneratedRegex(
        @"<|message-id=|(?:^|: )(?:header|body|content) |\S*\[[\da-fA-F.:]+\]| said: | refused to talk to me: |Command output: ",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex FromOutside();
}

/// <summary>What came of a recipient.</summary>
/// <param name="Relay">Where it was brought to, such as <c>127.0.0.1[127.0.0.1]:10025</c>, or <c>none</c>.</param>
/// <param name="Status">Such as <c>sent</c> or <c>deferred</c>.</param>
/// <param name="Reason">As the daemon says it, with what others said.</param>
internal sealed record Delivery(string Relay, string Status, string Reason);

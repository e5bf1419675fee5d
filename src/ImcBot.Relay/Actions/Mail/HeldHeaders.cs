using System.Text;
using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
namespace ImcBot.Relay.Actions.Mail;

/// <summary>The headers of one held message, without its recipients. Data: <c>headers</c>, at most 16 KB. Asked for one person only: the bot shows it to
/// that person and keeps it nowhere.</summary>
internal sealed partial class HeldHeaders(RelayLedger ledger) : ICheck
{
    private const int Most = 16 << 10;

    public string Id => "mail.headers";

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var search = HeldMail.Search(call, ledger);
        var number = int.Parse(call.With["message"]);
        var message = ledger.Messages(search.Question).ElementAtOrDefault(number) ?? throw new HostException($"{search.Question} held no message number {number}.");
        await using var file = await site.Host.Files.OpenAsync(WindowsPath.Join(search.Folder, message.Name), cancellationToken);
        var text = await HeadAsync(file, cancellationToken);
        return Finding.Of(Verdict.Clear, $"Headers of {message.Name}.", ("headers", text));
    }

    private static async Task<string> HeadAsync(Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[Envelope.Usual + Most];
        var count = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var (_, message) = await Envelope.ReadAsync(buffer.AsMemory(0, count), file, cancellationToken);
        var text = Encoding.Latin1.GetString(message.Span[..Math.Min(message.Length, Most)]).ReplaceLineEndings("\n");
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = end < 0 ? text : text[..end];
        return ReceivedFor().Replace(Recipients().Replace(head, "$1: (stays on the server)"), " for (stays on the server)");
    }

    /// <summary>A header that names recipients, with its folded lines.</summary>
    [GeneratedRegex(@"^((?:Resent-)?(?:To|Cc|Bcc)|Apparently-To|Delivered-To|Envelope-To|X-(?:Original|Envelope|Rcpt)-To)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Recipients();

    [GeneratedRegex(@"\s+for\s+<?[^\s<>;]+@[^\s<>;]+>?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReceivedFor();
}

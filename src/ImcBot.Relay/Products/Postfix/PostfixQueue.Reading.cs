using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange.Messages;

namespace ImcBot.Relay.Products.Postfix;

/// <content>What is told of held messages.</content>
internal sealed partial class PostfixQueue
{
    /// <summary>Ids of messages whose own delivery broke off, as Postfix says.</summary>
    private async Task<HashSet<string>> FailedAsync(CancellationToken cancellationToken) =>
        [
            .. (await QueuedMail.ListAsync(await InstanceAsync(cancellationToken), cancellationToken))
                .Where(mail => mail.FailedDirectly)
                .Select(mail => mail.Id),
        ];

    /// <summary>Hash, suspicion and sender's domain of one held message after the other. Of its text only the header is read.</summary>
    private sealed class MailReader(PostfixQueue queue) : IItemReader
    {
        private readonly MessageScanner _scanner = new();

        public async Task<ItemDescription> ReadAsync(string item, CancellationToken cancellationToken)
        {
            var failed = await (queue._failed ??= queue.FailedAsync(cancellationToken));
            var path = ((IQueue)queue).PathOf(queue.Held, item);
            var file =
                await queue.FileAsync(path, cancellationToken) ?? throw new HostException($"{path} is not there.", HostError.NotFound);
            using var header = new MemoryStream([.. file.Header, (byte)'\n']);
            var read = await _scanner.ScanAsync(header, cancellationToken);
            return new ItemDescription(
                file.Sha256,
                [
                    .. failed.Contains(item) ? [Defect.FailedDirectly] : Array.Empty<string>(),
                    .. read.Features.Where(HeaderDefects.Contains),
                ],
                file.From is { } from && from.LastIndexOf('@') is > 0 and var at ? from[(at + 1)..] : null
            );
        }
    }

    /// <summary>What a header alone can show.</summary>
    private static readonly HashSet<string> HeaderDefects =
    [
        Defect.BlankCharset,
        Defect.EmptyBoundary,
        Defect.BadContentType,
        Defect.EightBitContentType,
        Defect.OpenQuote,
        Defect.OpenParenthesisInName,
        Defect.CommaInComment,
        Defect.DateInReceivedComment,
        Defect.QuotedUtf16Html,
        Defect.Utf7Text,
        Defect.PostScriptAttachment,
        Defect.IllegalMacCreator,
        Defect.FormatInSubject,
        Defect.MalformedEncapsulatedAddress,
        Defect.TooManyRecipients,
        Defect.UnknownCharset,
    ];
}

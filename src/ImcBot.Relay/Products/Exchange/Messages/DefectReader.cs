using ImcBot.Contracts;
using MimeKit;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>Follows MimeKit through a message as it streams by and notes what has made stores fail (domain: suspicion features).</summary>
internal sealed class DefectReader() : MimeReader(Stream.Null, MimeFormat.Entity)
{
    /// <summary>A longer text before the first part counts as if the first part never came (Q217155).</summary>
    private const long LongestProlog = 1 << 20;

    /// <summary>More recipients get a message stuck (Q272672).</summary>
    private const int MostRecipients = 32_766;

    /// <summary>Bytes of all headers together, and headers and parts; what follows is not looked at.</summary>
    private const long MostHeaderBytes = 8 << 20,
        MostHeaders = 20_000,
        MostParts = 1_000;

    private const int MostDepth = 100;

    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly Stack<bool> _delimited = new();
    private Entity? _message;
    private Entity _entity = new();
    private PartContent? _content;
    private int _embedded;
    private long _prolog;
    private bool _prologSays;
    private bool _reports;
    private bool _hasTnef;
    private bool _hasText;
    private bool _isBody;
    private long _headerBytes;
    private int _headers;
    private int _parts;

    public IReadOnlyCollection<string> Found => _found;

    public string? SenderDomain => SenderAddress.DomainOf(_message?["From"]);

    public void Begin(Stream message)
    {
        SetStream(message, MimeFormat.Entity);
        _found.Clear();
        _delimited.Clear();
        (_message, _entity, _content, _embedded, _prolog) = (null, new Entity(), null, 0, 0);
        (_headers, _headerBytes, _parts) = (0, 0, 0);
        (_hasText, _prologSays, _reports, _hasTnef) = (false, false, false, false);
    }

    /// <summary>What only the whole message tells.</summary>
    public void Judge(ReadOnlySpan<byte> envelope)
    {
        if (_message is not { } top)
        {
            return;
        }

        if (top.IsSealed && (top["Disposition-Notification-To"] ?? top["Return-Receipt-To"]) is not null)
        {
            _found.Add(Defect.SignedReceiptRequest);
        }

        if (!_hasText && !top.IsMultipart)
        {
            _found.Add(Defect.EmptyBody);
        }

        if (_reports && _hasTnef)
        {
            _found.Add(Defect.DeliveryReport);
        }

        if (Envelope.Fields(envelope) > MostRecipients || Commas(top["To"]) + Commas(top["Cc"]) > MostRecipients)
        {
            _found.Add(Defect.TooManyRecipients);
        }
    }

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        _entity = new Entity();
        _isBody = false;
        if (++_parts > MostParts)
        {
            throw new FormatException("The message has more parts than any message needs.");
        }
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        _headerBytes += header.RawValue.Length;
        if (_headerBytes > MostHeaderBytes || ++_headers > MostHeaders)
        {
            throw new FormatException("The message has more headers than any message needs.");
        }

        // Without an empty line between them, text begins with the first line that is no header.
        _isBody = _isBody || header.RawValue.Length == 0 || MessageStart.NameOf([.. header.RawField, (byte)':']).Length == 0;
        _hasText = _hasText || _isBody;
        if (!_isBody)
        {
            _entity.Add(header);
        }
    }

    protected override void OnHeadersEnd(
        long beginOffset,
        int beginLineNumber,
        long endOffset,
        int endLineNumber,
        CancellationToken cancellationToken
    )
    {
        _message ??= _entity;
        _entity.Judge(_found);
        _reports = _reports || _entity.IsDeliveryStatus;
        _hasTnef = _hasTnef || _entity.IsTnef;
        if (_embedded > 0 && _entity.IsAttachment)
        {
            _found.Add(Defect.EmbeddedAttachments);
        }
    }

    protected override void OnMessagePartBegin(
        ContentType contentType,
        long beginOffset,
        int beginLineNumber,
        CancellationToken cancellationToken
    ) => _embedded++;

    protected override void OnMessagePartEnd(
        ContentType contentType,
        long beginOffset,
        int beginLineNumber,
        long headersEndOffset,
        long endOffset,
        int lines,
        CancellationToken cancellationToken
    ) => _embedded--;

    protected override void OnMultipartBegin(
        ContentType contentType,
        long beginOffset,
        int beginLineNumber,
        CancellationToken cancellationToken
    )
    {
        if (_delimited.Count >= MostDepth)
        {
            throw new FormatException("The message is nested deeper than any message need be.");
        }

        _delimited.Push(string.IsNullOrWhiteSpace(contentType.Boundary));
        _prolog = 0;
        _prologSays = false;
    }

    protected override void OnMultipartBoundaryBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (_delimited.TryPop(out _))
        {
            _delimited.Push(true);
        }
    }

    protected override void OnMultipartPreambleRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken)
    {
        _prolog += count;
        _prologSays = _prologSays || content.AsSpan(startIndex, count).IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        if (_prolog > LongestProlog)
        {
            _found.Add(Defect.MissingBoundary);
        }
    }

    protected override void OnMultipartEnd(
        ContentType contentType,
        long beginOffset,
        int beginLineNumber,
        long headersEndOffset,
        long endOffset,
        int lines,
        CancellationToken cancellationToken
    )
    {
        // Without any text there is nothing that could be taken for a prolog: an empty message, or one that a report has cut off.
        if (_delimited.TryPop(out var delimited) && !delimited && _prologSays)
        {
            _found.Add(Defect.MissingBoundary);
        }
    }

    protected override void OnMimePartContentBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        _content = new PartContent(_entity, _found);

    protected override void OnMimePartContentRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken)
    {
        var bytes = content.AsSpan(startIndex, count);
        _hasText = _hasText || bytes.IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        _content?.Feed(bytes);
    }

    protected override void OnMimePartContentEnd(
        long beginOffset,
        int beginLineNumber,
        long endOffset,
        int lines,
        NewLineFormat? newLineFormat,
        CancellationToken cancellationToken
    )
    {
        _content?.End();
        _content = null;
    }

    private static int Commas(string? header) => header?.AsSpan().Count(',') ?? 0;
}

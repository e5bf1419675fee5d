namespace ImcBot.Contracts;

/// <summary>
/// Ids of what makes a message suspicious, as the relay's scanner writes them into <see cref="WeighedMessage.Features"/>.
/// A bot that does not know an id ignores it.
/// </summary>
public static class Defect
{
    /// <summary>The file could not be moved after the crash because something still had it open (Q168883).</summary>
    public const string LockedAfterCrash = "locked-after-crash";

    /// <summary><c>charset=""</c> or blank (Q278320, Q293288).</summary>
    public const string BlankCharset = "blank-charset";

    /// <summary>A multipart with a null or empty boundary (Q275714).</summary>
    public const string EmptyBoundary = "empty-boundary";

    /// <summary>Control characters in Content-Type (Q304024).</summary>
    public const string BadContentType = "bad-content-type";

    /// <summary>8-bit characters in Content-Type: perhaps also what Q304024 means, but file names of ordinary mail show them too.</summary>
    public const string EightBitContentType = "eight-bit-content-type";

    /// <summary>A quotation mark in Content-Type or Content-Disposition has no partner: malformed mail of Q325939.</summary>
    public const string OpenQuote = "open-quote";

    /// <summary>A boundary is declared but its first delimiter is absent though text follows, or the prolog is huge (Q217155).</summary>
    public const string MissingBoundary = "missing-boundary";

    /// <summary>An attachment's file name has "(" without ")" (Q183633).</summary>
    public const string OpenParenthesisInName = "open-parenthesis-in-name";

    /// <summary>To or Cc with a parenthesised comment that contains a comma, then ";" (Q231748).</summary>
    public const string CommaInComment = "comma-in-comment";

    /// <summary>A date inside the comment of a Received line (Q190084).</summary>
    public const string DateInReceivedComment = "date-in-received-comment";

    /// <summary>Malformed TNEF, winmail.dat (Q241482, Q243769, Q250302, Q192940).</summary>
    public const string MalformedTnef = "malformed-tnef";

    /// <summary>Corrupt base64 (Q190556).</summary>
    public const string CorruptBase64 = "corrupt-base64";

    /// <summary>Invalid or half double-byte characters (Q195894, Q282796).</summary>
    public const string InvalidDoubleByte = "invalid-double-byte";

    /// <summary>A double-byte BinHex or uuencode name longer than 246 bytes (Q258319).</summary>
    public const string LongEncodedName = "long-encoded-name";

    /// <summary>Quoted-printable UTF-16 HTML (Q221149).</summary>
    public const string QuotedUtf16Html = "quoted-utf16-html";

    /// <summary>UTF-7 text (Q317248).</summary>
    public const string Utf7Text = "utf7-text";

    /// <summary>A run of 128 or more empty lines; 2,048 are certain to fail (Q235219).</summary>
    public const string LineBreakRun = "line-break-run";

    /// <summary>An embedded message with attachments (Q230563).</summary>
    public const string EmbeddedAttachments = "embedded-attachments";

    /// <summary>S/MIME with a delivery-receipt request (Q234175).</summary>
    public const string SignedReceiptRequest = "signed-receipt-request";

    /// <summary>
    /// An SMTP delivery report that carries TNEF: the store fails on decoding its RTF (stack in Q303686). Others are ordinary mail.
    /// </summary>
    public const string DeliveryReport = "delivery-report";

    /// <summary>A malformed IMCEAEX encapsulated address (Q193782).</summary>
    public const string MalformedEncapsulatedAddress = "malformed-encapsulated-address";

    /// <summary>An empty body of a message of one part (Q278293).</summary>
    public const string EmptyBody = "empty-body";

    /// <summary>A PostScript attachment (Q182827).</summary>
    public const string PostScriptAttachment = "postscript-attachment";

    /// <summary>An illegal X-Mac-Creator (Q252624).</summary>
    public const string IllegalMacCreator = "illegal-mac-creator";

    /// <summary><c>%s</c> in the subject while the protocol log is at its maximum (Q239816).</summary>
    public const string FormatInSubject = "format-in-subject";

    /// <summary>More than 32,766 recipients (Q272672).</summary>
    public const string TooManyRecipients = "too-many-recipients";

    /// <summary>An unknown charset, or one whose code page is not installed (Q163080, Q230250).</summary>
    public const string UnknownCharset = "unknown-charset";

    /// <summary>The sender's domain is that of an earlier culprit (Q293288).</summary>
    public const string CulpritDomain = "culprit-domain";

    /// <summary>Work on it failed, as the service itself says; what failed only because others had is not meant.</summary>
    public const string FailedDirectly = "failed-directly";

    /// <summary>Among the messages that arrived nearest before the first failure.</summary>
    public const string NearFirstFailure = "near-first-failure";
}

using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>
/// How suspicious a message looks, as odds against an ordinary message (weight 1). A defect weighs most on a build older than its
/// fix; on a newer build it stays a mild hint, because the article's list of fixes is not the list of all crashes.
/// </summary>
internal static class Suspicion
{
    /// <summary>Odds from which a message is held back in the first round.</summary>
    public const double Suspect = 10;

    /// <summary>
    /// How much likelier bad a message is when another one from its sender domain was found in this search; no suspect by itself.
    /// </summary>
    public const double SharedDomain = 8;

    // What much ordinary items shows too (forwards with attachments, empty bodies, odd charsets) explains a crash less well.
    private const double Certain = 100_000,
        Crash = 10_000,
        Loop = 5_000,
        Disk = 2_000,
        Undelivered = 500,
        Ordinary = 300,
        Fixed = 30;

    private static readonly ImmutableDictionary<string, (double Odds, Version? Fix)> Known = new Dictionary<string, (double, Version?)>
    {
        [Defect.LockedAfterCrash] = (Certain, null),
        [Defect.BlankCharset] = (Crash, Build(2653, 22)),
        [Defect.EmptyBoundary] = (Crash, Build(2653, 17)),
        [Defect.BadContentType] = (Crash, Build(2655, 27)),
        [Defect.EightBitContentType] = (5, null),
        [Defect.OpenQuote] = (Crash, Build(2656, 60)),
        [Defect.MissingBoundary] = (Loop, Build(2558, 0)),
        [Defect.OpenParenthesisInName] = (Loop, Build(2144, 0)),
        [Defect.CommaInComment] = (Crash, Build(2607, 0)),
        [Defect.DateInReceivedComment] = (Undelivered, Build(2402, 0)),
        [Defect.MalformedTnef] = (Crash, Build(2653, 0)),
        [Defect.CorruptBase64] = (Crash, Build(2448, 0)),
        [Defect.InvalidDoubleByte] = (Crash, Build(2654, 43)),
        [Defect.LongEncodedName] = (Disk, Build(2653, 0)),
        [Defect.QuotedUtf16Html] = (Crash, Build(2568, 0)),
        [Defect.Utf7Text] = (Crash, Build(2655, 97)),
        [Defect.LineBreakRun] = (Crash, Build(2637, 0)),
        [Defect.EmbeddedAttachments] = (Ordinary, Build(2611, 0)),
        [Defect.SignedReceiptRequest] = (Crash, Build(2637, 0)),
        [Defect.DeliveryReport] = (Crash, Build(2655, 21)),
        [Defect.MalformedEncapsulatedAddress] = (Crash, Build(2417, 0)),
        [Defect.EmptyBody] = (Ordinary, Build(2654, 0)),
        [Defect.PostScriptAttachment] = (Loop, null),
        [Defect.IllegalMacCreator] = (Undelivered, Build(2653, 0)),
        [Defect.FormatInSubject] = (Crash, Build(2653, 0)),
        [Defect.TooManyRecipients] = (Undelivered, Build(2654, 14)),
        [Defect.UnknownCharset] = (Ordinary, null),
        [Defect.CulpritDomain] = (SharedDomain, null),
        [Defect.FailedDirectly] = (Crash, null),
        [Defect.NearFirstFailure] = (3, null),
    }.ToImmutableDictionary();

    /// <summary>Weights of the messages that are more suspicious than an ordinary one.</summary>
    /// <param name="build">File version of the service's program; null counts every defect as not yet fixed.</param>
    public static ImmutableSortedDictionary<int, double> Weigh(IEnumerable<WeighedMessage> messages, Version? build) =>
        messages
            .Select(message => KeyValuePair.Create(message.Index, Weigh(message.Features, message.Size, build)))
            .Where(weight => weight.Value > 1)
            .ToImmutableSortedDictionary();

    /// <summary>Odds of one message against an ordinary one: its worst feature, raised a little by each further one.</summary>
    public static double Weigh(IEnumerable<string> features, long size, Version? build)
    {
        double worst = 1,
            others = 1;
        foreach (var feature in features.Distinct(StringComparer.Ordinal))
        {
            if (Known.TryGetValue(feature, out var known))
            {
                var odds = known.Fix is { } fix && build >= fix ? Fixed : known.Odds;
                others *= odds > worst ? Raise(worst) : Raise(odds);
                worst = Math.Max(worst, odds);
            }
        }

        return worst * others * (size is 0 or > 10_000_000 ? 3 : 1);
    }

    private static double Raise(double odds) => odds > 1 ? Math.Sqrt(Math.Min(odds, 9)) : 1;

    private static Version Build(int build, int revision) => new(5, 5, build, revision);
}

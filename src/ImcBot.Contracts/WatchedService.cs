using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>What a relay looks out for on behalf of the bot's runbooks. It forwards this of the server's logs, and nothing else.</summary>
/// <param name="Name">The service whose state is told along with the events.</param>
/// <param name="DownSeconds">How long it must be down, other than by an orderly stop, before that is told; null where that is not asked
/// for.</param>
/// <param name="Urls">Where it answers, when that is to be looked at; null where it is not.</param>
public sealed record WatchedService(
    string Name,
    IReadOnlyList<WatchedEvents> Events,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? DownSeconds = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<WatchedUrl>? Urls = null
)
{
    /// <summary>Tells one list from another, so that a relay can say which it follows.</summary>
    public static string DigestOf(IReadOnlyList<WatchedService> watches) => ContentDigest.Of(WireJson.Options.Bytes(watches));
}

/// <summary>An address of the relay's own settings that must answer.</summary>
/// <param name="SilentSeconds">How long nothing must have answered before that is told.</param>
public sealed record WatchedUrl(string Url, int SilentSeconds);

/// <summary>Events of one source.</summary>
/// <param name="Log">Name of the server's log, such as <c>Application</c>.</param>
/// <param name="Source">Name of the source; with <c>*</c> at its end every source whose name begins so.</param>
/// <param name="AtOnce">Ids that are told as soon as they are seen.</param>
/// <param name="Patient">Ids that are told with the next one of <paramref name="AtOnce"/>, else when the profile's outage time has passed:
/// a lone one may pass.</param>
/// <param name="Kinds">What lines tell that have no number, words of <see cref="Catalog.EventKinds"/>: each is told at once, and again when
/// it still is so after the profile's outage time; null for none.</param>
public sealed record WatchedEvents(
    string Log,
    string Source,
    IndexSet AtOnce,
    IndexSet Patient,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Kinds = null
)
{
    public bool IsFrom(string source) => IsFrom(Source, source);

    /// <summary>Whether a source is the one that a name or a name's beginning with <c>*</c> stands for.</summary>
    public static bool IsFrom(string pattern, string source) =>
        pattern.EndsWith('*') ? source.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : source == pattern;
}

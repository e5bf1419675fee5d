using System.Text.Json;

namespace ImcBot.Contracts;

/// <summary>What a relay looks out for on behalf of the bot's runbooks. It forwards this of the server's logs, and nothing else.</summary>
/// <param name="Name">The service whose state is told along with the events.</param>
public sealed record WatchedService(string Name, IReadOnlyList<WatchedEvents> Events)
{
    /// <summary>Tells one list from another, so that a relay can say which it follows.</summary>
    public static string DigestOf(IReadOnlyList<WatchedService> watches) => ContentDigest.Of(JsonSerializer.SerializeToUtf8Bytes(watches, WireJson.Options));
}

/// <summary>Events of one source.</summary>
/// <param name="Log">Name of the server's log, such as <c>Application</c>.</param>
/// <param name="Source">Name of the source; with <c>*</c> at its end every source whose name begins so.</param>
/// <param name="AtOnce">Ids that are told as soon as they are seen.</param>
/// <param name="Patient">Ids that are told with the next one of <paramref name="AtOnce"/>, else when the profile's outage time has passed: a lone one may pass.</param>
public sealed record WatchedEvents(string Log, string Source, IndexSet AtOnce, IndexSet Patient)
{
    public bool IsFrom(string source) => IsFrom(Source, source);

    /// <summary>Whether a source is the one that a name or a name's beginning with <c>*</c> stands for.</summary>
    public static bool IsFrom(string pattern, string source) => pattern.EndsWith('*')
        ? source.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : source == pattern;
}

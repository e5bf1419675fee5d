using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Isolation;

/// <summary>What is known when the queue has been held: all that the search starts from.</summary>
/// <param name="Count">Messages held: indexes 0 to Count - 1 in arrival order.</param>
/// <param name="Weights">Suspicion per message, where it is above that of any other message; see <see cref="Suspicion"/>.</param>
/// <param name="Named">Messages that events of this failure named (4182, 12xxx; 4117 only where threads are not starved).</param>
/// <param name="EarlierCrashes">How often the service has crashed on this queue before the search; 0 when that was not seen.</param>
/// <param name="PointsOut">
/// Whether a failing round is expected to tell which message it failed on, because earlier failures were named or the relay can see the
/// order of delivery. Then everything goes back at once and each crash gives one culprit. The first failing round corrects it.
/// </param>
internal sealed record SearchOutline(
    int Count,
    ImmutableSortedDictionary<int, double> Weights,
    IndexSet Named,
    int EarlierCrashes,
    bool PointsOut = false
)
{
    /// <summary>Sender domains of the weighed messages, where they could be read.</summary>
    public ImmutableSortedDictionary<int, string> Domains { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    public static SearchOutline Plain(int count, int earlierCrashes = 0) =>
        new(count, ImmutableSortedDictionary<int, double>.Empty, IndexSet.Empty, earlierCrashes);

    /// <param name="build">File version of the service's program, such as 5.5.2653.23; null when unknown.</param>
    public static SearchOutline From(SearchManifest manifest, Version? build, int earlierCrashes) =>
        new(manifest.Count, Suspicion.Weigh(manifest.Weighed, build), manifest.Named, earlierCrashes, PointsOut: !manifest.Named.IsEmpty)
        {
            Domains = manifest
                .Weighed.Where(message => message.SenderDomain is not null)
                .ToImmutableSortedDictionary(message => message.Index, message => message.SenderDomain!),
        };
}

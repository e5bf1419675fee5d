using System.Text.RegularExpressions;
using ImcBot.Contracts;

namespace ImcBot.Relay.Policy;

/// <summary>A program that a local administrator has added to the catalog, with fixed argument vectors: no shell reads them, and nothing
/// but the typed
/// arguments can be put into them.</summary>
/// <param name="Name">Its catalog id is <c>command.NAME</c>.</param>
/// <param name="Run">Program (full path) and arguments; <c>{name}</c> stands for an argument of the call.</param>
/// <param name="Seconds">How long each vector may take.</param>
internal sealed partial record PolicyCommand(
    string Name,
    string Does,
    Impact Impact,
    IReadOnlyList<Argument> Arguments,
    IReadOnlyList<string> Run,
    string Abandoned,
    int Seconds
)
{
    /// <summary>
    /// A command that changes nothing and tells what <see cref="Run"/> would do; anything but exit code 0 refuses the plan.
    /// </summary>
    public IReadOnlyList<string>? Plan { get; init; }

    /// <summary>Takes it back.</summary>
    public IReadOnlyList<string>? Undo { get; init; }

    public string? UndoDoes { get; init; }

    /// <summary>The most that run and undo touch, by the administrator's word; null when the policy does not say.</summary>
    public IReadOnlyList<Trait>? Traits { get; init; }

    public string Id => Catalog.CommandPrefix + Name;

    public CatalogEntry Entry =>
        new(Id, 1, Impact, Scope.Single, Does, Abandoned, Traits ?? Contracts.Traits.Unknown, Arguments) { Undo = UndoDoes };

    public TimeSpan Limit => TimeSpan.FromSeconds(Seconds);

    /// <summary>Changes whenever the administrator changes what this command means: a plan made before is void then.</summary>
    public string Print =>
        ContentDigest.Of(
            System.Text.Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    [.. Run, "|", .. Plan ?? [], "|", .. Undo ?? [], .. Traits is null ? [] : Traits.Select(trait => $"|{trait}")]
                )
            )
        );

    /// <summary>The names that a vector's elements stand for.</summary>
    public static IEnumerable<string> NamesIn(IEnumerable<string> vector) =>
        vector.SelectMany(element => Slot().Matches(element)).Select(match => match.Groups[1].Value);

    /// <summary>A vector with the call's arguments in their places. Each element stays one argument, whatever is in it.</summary>
    public static IReadOnlyList<string> Fill(IReadOnlyList<string> vector, Call call) =>
        [.. vector.Select(element => Slot().Replace(element, match => call.With.GetValueOrDefault(match.Groups[1].Value) ?? ""))];

    [GeneratedRegex(@"\{([a-z][a-z0-9-]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Slot();
}

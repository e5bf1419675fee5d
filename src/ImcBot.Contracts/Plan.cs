using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>One use of a catalog entry with its arguments as text.</summary>
public sealed record Call(string Use, int Version, IReadOnlyDictionary<string, string> With)
{
    public static Call To(string use, params (string Name, string Value)[] with) =>
        new(use, 1, with.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Calls with the same arguments are the same call, whichever dictionary holds them.</summary>
    public bool Equals(Call? other) =>
        other is not null
        && Use == other.Use
        && Version == other.Version
        && With.Count == other.With.Count
        && With.All(pair => other.With.TryGetValue(pair.Key, out var value) && value == pair.Value);

    public override int GetHashCode() => HashCode.Combine(Use, Version, With.Count);
}

/// <summary>What one approval asks for. The relay plans it, hashes the plan, and later executes exactly that.</summary>
/// <param name="Rungs">Gentlest first. With a goal, the rest are skipped once the goal's check is clear; without, all are done.</param>
/// <param name="Goal">Check that ends the ladder early, or null.</param>
/// <param name="Riders">Small changes that wait for the same start and ride along (log level, thread value).</param>
/// <param name="Starts">Starts and restarts that follow, last.</param>
/// <param name="UndoOf">The question whose run is to be taken back; then the other members are empty.</param>
public sealed record Remedy(
    IReadOnlyList<Call> Rungs,
    Call? Goal,
    IReadOnlyList<Call> Riders,
    IReadOnlyList<Call> Starts,
    QuestionId? UndoOf = null
)
{
    public static Remedy Undo(QuestionId of) => new([], null, [], [], of);

    /// <summary>Whether both ask for the same calls in the same places.</summary>
    public bool IsSame(Remedy other) =>
        Rungs.SequenceEqual(other.Rungs)
        && Goal == other.Goal
        && Riders.SequenceEqual(other.Riders)
        && Starts.SequenceEqual(other.Starts)
        && UndoOf == other.UndoOf;

    [JsonIgnore]
    public IEnumerable<Call> Calls => [.. Rungs, .. Riders, .. Starts];
}

/// <summary>
/// The relay's dry run of a remedy. The bytes it is sent as are what is hashed (<see cref="ContentDigest"/>), shown and approved.
/// </summary>
/// <param name="Question">The question it answers.</param>
/// <param name="Relay">The relay that made it and alone may execute it.</param>
/// <param name="Host">The server it is about.</param>
/// <param name="Effects">What will be done, in order.</param>
/// <param name="Impact">The highest of all effects.</param>
/// <param name="Users">What mailbox users will notice, or null.</param>
/// <param name="Risks">What may go wrong, each a sentence.</param>
public sealed record Plan(
    QuestionId Question,
    string Relay,
    string Host,
    Remedy Remedy,
    IReadOnlyList<PlannedEffect> Effects,
    Impact Impact,
    string? Users,
    IReadOnlyList<string> Risks
)
{
    /// <summary>What all its effects touch together.</summary>
    [JsonIgnore]
    public IReadOnlyList<Trait> Touches => [.. Effects.SelectMany(effect => effect.Touches).Distinct()];

    public static byte[] ToBytes(Plan plan) => WireJson.Options.Bytes(plan);

    /// <summary>Reads a plan. Throws <see cref="JsonException"/> when the bytes are none.</summary>
    public static Plan FromBytes(ReadOnlySpan<byte> bytes) =>
        WireJson.Options.Read<Plan>(bytes) ?? throw new JsonException("The plan is empty.");
}

/// <summary>One exact effect of a plan.</summary>
/// <param name="Call">The call it comes from, with every <c>${name}</c> resolved on the server.</param>
/// <param name="Does">A sentence for the approval card, such as "delete 14 files, 612 MB, in D:\Temp".</param>
/// <param name="Undo">How it is taken back, or null when it cannot be undone.</param>
/// <param name="Items">For <see cref="Scope.Listed"/>: exactly these.</param>
/// <param name="Ceiling">For <see cref="Scope.Bounded"/>: at most this much.</param>
/// <param name="Observed">What must still be true when it runs (registry value and type, service states, volume); a difference voids the
/// approval.</param>
public sealed record PlannedEffect(
    Call Call,
    Impact Impact,
    Scope Scope,
    string Does,
    string? Undo,
    IReadOnlyList<PlannedItem> Items,
    Ceiling? Ceiling,
    IReadOnlyDictionary<string, string> Observed
)
{
    /// <summary>What it touches, as things stand; null from a relay that does not say, see <see cref="Touches"/>.</summary>
    public IReadOnlyList<Trait>? Traits { get; init; }

    /// <summary>Short names of the services that it stops, in order; null where that is not known by name.</summary>
    public IReadOnlyList<string>? Stops { get; init; }

    /// <summary>Short names of the services that it starts, in order; null where that is not known by name.</summary>
    public IReadOnlyList<string>? Starts { get; init; }

    /// <summary>What it touches; <see cref="Trait.Unknown"/> where the plan does not say.</summary>
    [JsonIgnore]
    public IReadOnlyList<Trait> Touches => Traits ?? Contracts.Traits.Unknown;
}

/// <summary>One file of a listed plan.</summary>
/// <param name="Modified">Unix microseconds.</param>
/// <param name="FileId">The volume's own id of the file: a replaced file has another.</param>
public sealed record PlannedItem(string Path, long Size, long Modified, string FileId);

/// <summary>The most that a bounded effect may touch.</summary>
public sealed record Ceiling(long Count, long Bytes);

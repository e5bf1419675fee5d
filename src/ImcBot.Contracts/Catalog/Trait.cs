using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>What an action touches. Approvers are told what is in a plan, and what is not, from the traits of its effects; a relay refuses
/// its own action
/// whatever the approved plan did not say.</summary>
[JsonConverter(typeof(TolerantEnumConverter<Trait>))]
public enum Trait
{
    /// <summary>
    /// Opaque, not known to ImcBot: a command whose policy does not say, an effect of an older relay, or a word of a newer one. Nothing can
    /// be denied of it.
    /// </summary>
    Unknown,

    /// <summary>Items: the pieces of a service's queue.</summary>
    Items,

    /// <summary>Files that are no items.</summary>
    Files,

    /// <summary>The items or files it touches are deleted for good; without it they are moved.</summary>
    Deletes,

    /// <summary>Keeps items aside, or new ones out, until somebody takes it back.</summary>
    Holds,

    /// <summary>Settings: registry values, what a service reads when it starts.</summary>
    Configuration,

    StopsService,
    StartsService,

    /// <summary>Who works on the server loses the connection, at once or when a crash that it risks comes.</summary>
    DisconnectsUsers,

    /// <summary>Frees space on a volume.</summary>
    GainsSpace,
}

/// <summary>Questions to the traits of a catalog entry or of a planned effect.</summary>
public static class Traits
{
    /// <summary>Of which nothing is known.</summary>
    public static IReadOnlyList<Trait> Unknown { get; } = [Trait.Unknown];

    /// <summary>Whether they say that it does this.</summary>
    public static bool Say(this IReadOnlyList<Trait> traits, Trait trait) => traits.Contains(trait);

    /// <summary>Whether it may do this: it says so, or nobody knows.</summary>
    public static bool Allow(this IReadOnlyList<Trait> traits, Trait trait) => traits.Contains(trait) || traits.Contains(Trait.Unknown);
}

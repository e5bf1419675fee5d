namespace ImcBot.Contracts;

/// <summary>What an argument of a catalog entry must look like. All travel as text.</summary>
public enum ArgumentKind
{
    Unknown,
    Text,

    /// <summary>
    /// A path on the server; may start with <c>${imcdata}</c>, <c>${temp}</c> or another name the relay resolves on the server.
    /// </summary>
    Path,

    /// <summary>A file-name pattern such as <c>L*.log</c>; never contains a separator.</summary>
    Pattern,

    /// <summary>A whole number, 0 or more.</summary>
    Number,

    /// <summary>A size such as <c>500MB</c>.</summary>
    Size,

    /// <summary>An age or time such as <c>1d</c>, <c>30min</c> or <c>20s</c>.</summary>
    Duration,

    /// <summary>Short name of a service, such as <c>MSExchangeIMC</c>.</summary>
    Service,

    /// <summary>Whole numbers separated by commas.</summary>
    Numbers,

    /// <summary>A file version of four integers, such as <c>5.5.2656.60</c>.</summary>
    Version,
}

/// <summary>One typed argument.</summary>
public sealed record Argument(string Name, ArgumentKind Kind, bool Required = true);

/// <summary>One check or action there is: declared here, implemented in the relay, named by runbooks.</summary>
/// <param name="Id">Stable name such as <c>disk.free</c>.</param>
/// <param name="Version">Raised when meaning or arguments change; both sides must agree on it.</param>
/// <param name="Impact"><see cref="Impact.Read"/> for checks; anything else needs a grant.</param>
/// <param name="Does">One sentence for people.</param>
/// <param name="Abandoned">What the relay does with it when nobody has spoken for 10 minutes.</param>
/// <param name="Traits">The most that it touches; a plan says which of these it will. Empty for what only reads.</param>
public sealed record CatalogEntry(
    string Id,
    int Version,
    Impact Impact,
    Scope Scope,
    string Does,
    string Abandoned,
    IReadOnlyList<Trait> Traits,
    IReadOnlyList<Argument> Arguments
)
{
    /// <summary>How it is taken back, or null: then its plan says "cannot be undone".</summary>
    public string? Undo { get; init; }

    /// <summary>What it is to the walk of any runbook.</summary>
    public Purpose Purpose { get; init; }

    public bool IsCheck => Impact == Impact.Read;

    /// <summary>What is wrong with a call of this entry, as a sentence, or null.</summary>
    public string? Refuse(Call call) =>
        call.Version != Version
            ? $"'{call.Use}' is version {Version} here, but version {call.Version} was asked for: update the older side."
        : call.With.Keys.FirstOrDefault(name => Arguments.All(argument => argument.Name != name)) is { } foreign
            ? $"'{call.Use}' has no argument '{foreign}'; it takes {string.Join(", ", Arguments.Select(argument => argument.Name))}."
        : Arguments.Select(argument => argument.Refuse(call)).FirstOrDefault(refusal => refusal is not null);

    internal CatalogEntry Needs(string argument, ArgumentKind kind) => this with { Arguments = [.. Arguments, new(argument, kind)] };

    internal CatalogEntry May(string argument, ArgumentKind kind) => this with { Arguments = [.. Arguments, new(argument, kind, false)] };

    internal CatalogEntry TakenBack(string how) => this with { Undo = how };

    internal CatalogEntry LeftAlone(string what) => this with { Abandoned = what };

    internal CatalogEntry As(Purpose purpose) => this with { Purpose = purpose };
}

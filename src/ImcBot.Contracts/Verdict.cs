using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>What a check or an action found. <see cref="Unknown"/> goes to a person and never counts as success.</summary>
[JsonConverter(typeof(TolerantEnumConverter<Verdict>))]
public enum Verdict
{
    Unknown,

    /// <summary>Nothing wrong here, or the action did what its plan said.</summary>
    Clear,

    /// <summary>A cause of the KB article was found.</summary>
    Finding,

    /// <summary>The action was tried and did not do what its plan said.</summary>
    Failed,
}

/// <summary>How much a call can hurt. The effective impact is the highest of catalog, relay policy and runbook.</summary>
[JsonConverter(typeof(TolerantEnumConverter<Impact>))]
public enum Impact
{
    /// <summary>A word this program does not know: treated as worse than <see cref="Destructive"/> and refused.</summary>
    Unknown,
    Read,
    Reversible,
    Disruptive,
    Destructive,
}

/// <summary>What a plan fixes: exactly these items, or a rule with a ceiling.</summary>
[JsonConverter(typeof(TolerantEnumConverter<Scope>))]
public enum Scope
{
    Unknown,

    /// <summary>Nothing beyond the named value or service.</summary>
    Single,

    /// <summary>Exactly the items in the plan; new items are left alone, changed ones skipped and reported.</summary>
    Listed,

    /// <summary>A rule and a ceiling on count and bytes; the manifest made when it runs is the record.</summary>
    Bounded,
}

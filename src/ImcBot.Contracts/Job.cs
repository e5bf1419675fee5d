using System.Text;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>What kind of work a job is.</summary>
[JsonConverter(typeof(TolerantEnumConverter<JobKind>))]
public enum JobKind
{
    Unknown,

    /// <summary>Read only; may be repeated.</summary>
    Check,

    /// <summary>Dry-runs a remedy; read only; may be repeated.</summary>
    Plan,

    /// <summary>Executes an approved plan; begun at most once per run.</summary>
    Act,

    /// <summary>
    /// Says whether a check or a remedy is possible there, see <see cref="Tried"/>; read only, nothing is kept that could be approved.
    /// </summary>
    Try,
}

/// <summary>One piece of work for a relay. Delivered at least once; keyed by its run.</summary>
/// <param name="Check">For <see cref="JobKind.Check"/> and <see cref="JobKind.Try"/>.</param>
/// <param name="Remedy">For <see cref="JobKind.Plan"/> and <see cref="JobKind.Try"/>.</param>
/// <param name="Plan">For <see cref="JobKind.Act"/>: digest of the plan to execute.</param>
/// <param name="Grant">For <see cref="JobKind.Act"/>: the grant as a compact JWT, minted at delivery.</param>
/// <param name="Order">For a run of <c>mail.search</c>: what to do in this round.</param>
/// <param name="HandedTo">For an act without a grant: which other process of this relay was handed the run, in words. It is not to be
/// begun, only told how it ended.</param>
public sealed record Job(
    RunId Run,
    JobKind Kind,
    Call? Check = null,
    Remedy? Remedy = null,
    string? Plan = null,
    string? Grant = null,
    RoundOrder? Order = null,
    string? HandedTo = null
)
{
    /// <summary>
    /// Whether this brings a search that has begun to safe rest, which must always be possible. A first run begins something, whatever its
    /// order.
    /// </summary>
    [JsonIgnore]
    public bool BringsToRest => Order is { Kind: RoundKind.Rest } && Run.Run > 1;
}

/// <summary>What one run of a mail search does.</summary>
[JsonConverter(typeof(TolerantEnumConverter<RoundKind>))]
public enum RoundKind
{
    Unknown,

    /// <summary>Stop, hold In, set Queue.dat aside, make the manifest, start on the empty spool, watch.</summary>
    Hold,

    /// <summary>Stop if needed, put these messages back, set Queue.dat aside, start, watch.</summary>
    Return,

    /// <summary>Go to safe rest: service up on mail shown safe, the rest held.</summary>
    Rest,
}

/// <summary>The order for one round.</summary>
/// <param name="Messages">Indexes into the manifest to put back into In.</param>
/// <param name="Manifest">Digest of the manifest the indexes belong to; null for <see cref="RoundKind.Hold"/>.</param>
/// <param name="Withdraw">Indexes that must be held again first, if they are still in In.</param>
public sealed record RoundOrder(RoundKind Kind, IndexSet Messages, IndexSet Withdraw, string? Manifest)
{
    /// <summary>What a grant names it by. Only the manifest may hold a blank, and it comes last, so no two orders share a text.</summary>
    [JsonIgnore]
    public string Digest =>
        ContentDigest.Of(Encoding.UTF8.GetBytes($"{Kind} {Messages} {Withdraw}{(Manifest is null ? "" : $" {Manifest}")}"));
}

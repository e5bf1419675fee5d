using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>
/// Where every message of a search is. Each message found when the spool was held or arrived since is in exactly one of the six
/// states; nothing is lost while they balance.
/// </summary>
/// <param name="Found">Messages in the spool when it was held.</param>
/// <param name="Arrived">Messages that have come in since.</param>
/// <param name="InQueue">Lying in the spool folder, not yet taken by the store.</param>
/// <param name="Held">Moved aside into the hold folder.</param>
/// <param name="Accepted">Taken by the store without it failing.</param>
/// <param name="Archived">Moved by the mail service into its archive, undelivered.</param>
/// <param name="Deleted">Deleted by a person or by something other than ImcBot.</param>
/// <param name="Unknown">Not seen anywhere; a person must look.</param>
public sealed record MessageCounts(
    int Found,
    int Arrived,
    [property: JsonPropertyName("inSpool")] int InQueue,
    int Held,
    int Accepted,
    int Archived,
    int Deleted,
    int Unknown
)
{
    /// <summary>Whether no message is missing or counted twice.</summary>
    public bool IsBalanced => (long)Found + Arrived == (long)InQueue + Held + Accepted + Archived + Deleted + Unknown;
}

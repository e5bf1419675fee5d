using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>An entry on its way into the journal, with everything that its transaction writes.</summary>
/// <param name="Blob">The fact's JSON where the entry only names its digest.</param>
/// <param name="Incident">As the decision leaves it.</param>
internal sealed record Appending(
    Entry Entry,
    byte[] Bytes,
    byte[] Signature,
    byte[]? Blob,
    IReadOnlyList<SealedValue> Values,
    Fact? Fact,
    Incident Incident
)
{
    /// <summary>What else is written with it, for the incident as the decision leaves it.</summary>
    public Func<HotSql, Incident, Task>? Beside { get; init; }
}

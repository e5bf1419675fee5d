using System.Reflection;
using ImcBot.Contracts;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Session;

/// <summary>What the relay says of itself. The bot keeps the last it has heard, so whoever greets says all of it.</summary>
internal static class Introduction
{
    public static Hello Of(string host, HostProfile profile, RelayPolicy policy, LedgerStand? ledger, IReadOnlyList<Subject>? subjects) =>
        new(
            1,
            1,
            Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0",
            host,
            profile,
            policy.Catalog.Values.ToDictionary(entry => entry.Id, entry => entry.Version, StringComparer.Ordinal)
        )
        {
            Policy = policy.Notice,
            Program = ProgramDigest.Own,
            Ledger = ledger,
            Subjects = subjects,
        };
}

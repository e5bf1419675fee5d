using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;

namespace ImcBot.Bot.Relays;

/// <summary>What a relay's row tells of its host and of the relay itself.</summary>
internal static class RelayRowReader
{
    /// <summary>What a relay's own policy says; null from one that is older than policies, or has not greeted yet.</summary>
    public static PolicyNotice? PolicyOf(RelayRow row) =>
        row.Policy is null ? null : JsonSerializer.Deserialize<PolicyNotice>(row.Policy, WireJson.Options);

    /// <summary>What a row tells of its host.</summary>
    public static RelayHost HostOf(RelayRow row) => new(row.Host, row.Id, ProfileOf(row), row.Profile is null, SubjectsOf(row));

    /// <summary>What a relay's settings list as subjects; null where they list none, or from one that is older than subjects.</summary>
    public static IReadOnlyList<Subject>? SubjectsOf(RelayRow row) =>
        row.Subjects is null ? null : JsonSerializer.Deserialize<IReadOnlyList<Subject>>(row.Subjects, WireJson.Options);

    private static HostProfile ProfileOf(RelayRow row) =>
        row.Profile is null
            ? HostProfile.Patient
            : JsonSerializer.Deserialize<HostProfile>(row.Profile, WireJson.Options) ?? HostProfile.Patient;

    /// <summary>
    /// Fingerprint of the key that signed a report's ledger row, if that row is of this report and the key is or was this relay's; else
    /// null.
    /// </summary>
    public static string? SignerOf(RelayRow relay, Report report) =>
        report.Statement is { } statement
        && LedgerStatement.TryRead(statement, out var read)
        && read.Row.Run == report.Run
        && read.Row.Outcome == LedgerRow.OutcomeOf(report)
        && KeyPrint.Of(read.PublicKey) is var print
        && (print == KeyPrint.Of(relay.PublicKey) || relay.FormerKeys?.Split(' ').Contains(print) == true)
            ? print
            : null;
}

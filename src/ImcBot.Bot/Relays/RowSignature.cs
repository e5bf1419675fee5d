using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Relays;

/// <summary>
/// Signs the rows of relays and of enrolment codes with the journal's key, which lies outside of the database: whoever can only write the
/// database can neither put a relay or a code of their own in place, nor confirm one, nor exchange a key.
/// </summary>
internal static class RowSignature
{
    private const string Purpose = "imcbot-relay-row",
        CodePurpose = "imcbot-code-row";

    public static byte[] Sign(RelayRow row, JournalKey key) => key.Sign(BytesOf(row));

    public static bool Fits(RelayRow row, JournalKey key) => row.Seal is { } seal && key.Verifies(BytesOf(row), seal);

    /// <summary>SHA-256 of what a seal is made of, and of the seal: the same only where a seal that fits still does.</summary>
    public static byte[] PrintOf(RelayRow row) => SHA256.HashData([.. BytesOf(row), .. row.Seal ?? []]);

    public static byte[] Sign(CodeRow row, JournalKey key) => key.Sign(BytesOf(row));

    public static bool Fits(CodeRow row, JournalKey key) => row.Seal is { } seal && key.Verifies(BytesOf(row), seal);

    private static byte[] BytesOf(CodeRow row) =>
        JsonSerializer.SerializeToUtf8Bytes((string[])[CodePurpose, row.SecretHash, row.Host, row.Administrator, $"{row.ExpiresAt}"]);

    // A list of texts in JSON: no value can be shifted into its neighbour. What came later stands at the end only where there is one, so
    // that older seals still fit.
    private static byte[] BytesOf(RelayRow row) =>
        JsonSerializer.SerializeToUtf8Bytes(
            (string?[])
                [
                    Purpose,
                    row.Id,
                    row.Host,
                    row.PublicKey,
                    row.State,
                    $"{row.EnrolledAt}",
                    row.DecidedBy,
                    row.Version,
                    row.Profile,
                    row.Catalog,
                    row.Policy,
                    row.FormerKeys,
                    .. Later(row),
                ]
        );

    private static string?[] Later(RelayRow row) =>
        row switch
        {
            { Subjects: not null } => [row.Program, row.Ledger, row.Subjects],
            { Ledger: not null } => [row.Program, row.Ledger],
            { Program: not null } => [row.Program],
            _ => [],
        };
}

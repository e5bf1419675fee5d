using System.Text.Json;
using ImcBot.Contracts;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Relay.Session;

/// <summary>What the relay keeps of its enrolment.</summary>
/// <param name="Bot">Base address of the bot.</param>
/// <param name="Relay">The relay's id.</param>
/// <param name="Host">The server it was enrolled for.</param>
/// <param name="GrantKeys">JWK set that signs grants.</param>
/// <param name="Since">Server clock at the enrolment, Unix microseconds: what was over before is not told. Null from a relay that is older
/// than this.</param>
/// <param name="Ledger">Which ledger is this relay's; null until the first start of a relay that is older than this.</param>
internal sealed record Membership(string Bot, string Relay, string Host, string GrantKeys, long? Since = null, long? Ledger = null)
{
    /// <summary>
    /// Reads it, or null when the relay is not enrolled. Throws <see cref="DataFolderException"/> when the file is damaged.
    /// </summary>
    public static Membership? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            var membership = RelayJson.Options.Read<Membership>(File.ReadAllText(path)) ?? throw new JsonException("It holds nothing.");
            _ = new JsonWebKeySet(membership.GrantKeys);
            return Uri.TryCreate(membership.Bot, UriKind.Absolute, out _)
                ? membership
                : throw new JsonException($"'{membership.Bot}' is no address.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"The enrolment {path} cannot be read ({exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Put it back from "
                    + "a backup, or delete it and enrol again.",
                exception
            );
        }
    }

    public void Write(string path) => PrivateFile.Write(path, RelayJson.Options.Text(this));
}

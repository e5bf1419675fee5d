using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Relay.Session;

/// <summary>What the relay keeps of its enrolment.</summary>
/// <param name="Bot">Base address of the bot.</param>
/// <param name="Relay">The relay's id.</param>
/// <param name="Host">The server it was enrolled for.</param>
/// <param name="GrantKeys">JWK set that signs grants.</param>
internal sealed record Membership(string Bot, string Relay, string Host, string GrantKeys)
{
    /// <summary>Reads it, or null when the relay is not enrolled. Throws <see cref="JsonException"/> when the file is damaged.</summary>
    public static Membership? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Membership>(File.ReadAllText(path), WireJson.Options) : null;

    public void Write(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(this, WireJson.Options));
}

using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Relay.Commands;

/// <summary>What a command prints: JSON for programs or lines for people.</summary>
internal static class Output
{
    public static void Write<T>(bool json, T value, string text) => Console.WriteLine(json ? JsonSerializer.Serialize(value, WireJson.Options) : text);
}

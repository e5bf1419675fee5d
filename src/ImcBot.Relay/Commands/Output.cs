using ImcBot.Contracts;

namespace ImcBot.Relay.Commands;

internal enum Shade
{
    Green = 32,
    Red = 31,
    Yellow = 33,
}

/// <summary>What a command prints: JSON for programs or lines for people.</summary>
internal static class Output
{
    public static void Write<T>(bool json, T value, string text) => Console.WriteLine(json ? RelayJson.Options.Text(value) : text);

    /// <summary>Coloured on a terminal, plain in a file, in a pipe, and where NO_COLOR is set.</summary>
    public static string Coloured(string text, Shade shade) =>
        Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is not null ? text : $"\e[{(int)shade}m{text}\e[0m";
}

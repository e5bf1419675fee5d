using System.Security.Cryptography;

namespace ImcBot.Contracts;

/// <summary>One process of a relay: only one of them works at a time, and a run that was handed to one is handed to no other.</summary>
/// <param name="Text">Machine, process and a number of its own, as it goes over the wire.</param>
public sealed record RelayInstance(string Text)
{
    private const int Longest = 120;

    /// <summary>This process, anew at each start.</summary>
    public static RelayInstance Own { get; } =
        new(
            $"{string.Concat(Environment.MachineName.Where(IsPlain).Take(64))}/{Environment.ProcessId}/"
                + $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"
        );

    /// <summary>For people: which process on which machine.</summary>
    public string Words =>
        Text.Split('/') is [var machine, var process, _] ? $"process {process} on {machine}" : "a process that does not say where it runs";

    /// <summary>What a header says; null where it says nothing that could be one.</summary>
    public static RelayInstance? Read(string? header) =>
        header is { Length: > 0 and <= Longest } && header.All(letter => IsPlain(letter) || letter == '/')
            ? new RelayInstance(header)
            : null;

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_';
}

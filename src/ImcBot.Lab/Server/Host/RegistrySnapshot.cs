using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImcBot.Lab.Server.Host;

/// <summary>The registry as a process reads it when it starts.</summary>
internal sealed record RegistrySnapshot(IReadOnlyDictionary<string, IReadOnlyList<RegistryValue>> Keys)
{
    /// <summary>A dword, which has no sign.</summary>
    public long Dword(string key, string namePattern, uint absent) =>
        Find(key, namePattern) is { Kind: "dword" } value ? unchecked((uint)value.Data.GetInt64()) : absent;

    public TransferMode TransferMode =>
        Enum.TryParse<TransferMode>(Text(Places.DirectoryKey, Places.TransferMode), out var mode) ? mode : default;

    public string? Text(string key, string namePattern) =>
        Find(key, namePattern) is { Data.ValueKind: JsonValueKind.String } value ? value.Data.GetString() : null;

    public IReadOnlyList<string> Lines(string key, string namePattern) =>
        Find(key, namePattern) is { Data.ValueKind: JsonValueKind.Array } value
            ? [.. value.Data.EnumerateArray().Select(line => line.GetString() ?? "")]
            : [];

    // Names are patterns because sources disagree on some spellings (Max Threads, ordinals of diagnostics categories).
    private RegistryValue? Find(string key, string namePattern) =>
        Keys.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase))
            .Value?.FirstOrDefault(value =>
                Regex.IsMatch(
                    value.Name,
                    $"^(?:{namePattern})$",
                    RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
                    TimeSpan.FromSeconds(1)
                )
            );
}

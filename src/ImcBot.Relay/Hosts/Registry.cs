using System.Text.Json.Serialization;
using ImcBot.Contracts;

namespace ImcBot.Relay.Hosts;

[JsonConverter(typeof(TolerantEnumConverter<ValueKind>))]
internal enum ValueKind
{
    Unknown,
    Sz,
    ExpandSz,
    MultiSz,
    Dword,
    Binary,
}

/// <summary>A registry value with its exact type.</summary>
/// <param name="Text">A string as it is, a dword in decimal, a multi-string with one line each, binary as base64.</param>
internal sealed record RegistryValue(string Name, ValueKind Kind, string Text)
{
    public IReadOnlyList<string> Lines => Text.Length == 0 ? [] : Text.Split('\n');

    public static RegistryValue Dword(string name, long value) => new(name, ValueKind.Dword, value.ToString());

    public static RegistryValue MultiSz(string name, IEnumerable<string> lines) => new(name, ValueKind.MultiSz, string.Join('\n', lines));
}

internal interface IRegistry
{
    /// <summary>All values of a key; empty when the key is missing.</summary>
    Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken);
}

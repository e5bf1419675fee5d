using System.Text.Json;

namespace ImcBot.Lab.Server.Host;

/// <summary>A registry value; <c>Data</c> is a string, a list of strings, a number or base64 as the kind says.</summary>
internal sealed record RegistryValue(string Name, string Kind, JsonElement Data);

/// <summary>The practice host's registry: keys and value names ignore case, every change is on disk before it is answered.</summary>
internal sealed class Registry
{
    private static readonly string[] Kinds = ["sz", "expandSz", "multiSz", "dword", "binary"];
    private readonly Lock gate = new();
    private readonly string path;
    private readonly Dictionary<string, List<RegistryValue>> keys;

    public Registry(string folder)
    {
        path = Path.Combine(folder, "registry.json");
        keys = new(LabJson.Load<Dictionary<string, List<RegistryValue>>>(path) ?? [], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Called after each change.</summary>
    public Action? Changed { get; set; }

    /// <summary>The values of a key, or null where the key does not exist.</summary>
    public IReadOnlyList<RegistryValue>? Values(string key)
    {
        lock (gate)
        {
            return keys.TryGetValue(Normal(key), out var values) ? [.. values] : null;
        }
    }

    public void Set(string key, string name, string kind, JsonElement data)
    {
        Check(kind, data);
        lock (gate)
        {
            if (!keys.TryGetValue(Normal(key), out var values))
            {
                keys[Normal(key)] = values = [];
            }

            var spelled = values.FirstOrDefault(value => Same(value.Name, name))?.Name ?? name;
            values.RemoveAll(value => Same(value.Name, name));
            values.Add(new RegistryValue(spelled, kind, data.Clone()));
            LabJson.Save(path, keys);
        }

        Changed?.Invoke();
    }

    public void Set(string key, string name, int dword) => Set(key, name, "dword", JsonSerializer.SerializeToElement(dword));

    public void Set(string key, string name, string text) => Set(key, name, "sz", JsonSerializer.SerializeToElement(text));

    public void Set(string key, string name, IEnumerable<string> lines) =>
        Set(key, name, "multiSz", JsonSerializer.SerializeToElement(lines));

    public void Delete(string key, string name)
    {
        lock (gate)
        {
            if (!keys.TryGetValue(Normal(key), out var values) || values.RemoveAll(value => Same(value.Name, name)) == 0)
            {
                throw WindowsError.Missing($"The registry value '{name}' of '{key}'");
            }

            LabJson.Save(path, keys);
        }

        Changed?.Invoke();
    }

    /// <summary>A copy of everything, for a process that starts.</summary>
    public RegistrySnapshot Snapshot()
    {
        lock (gate)
        {
            return new RegistrySnapshot(keys.ToDictionary(key => key.Key, key => (IReadOnlyList<RegistryValue>)[.. key.Value]));
        }
    }

    private static string Normal(string key) => key.Trim('\\').Replace("HKEY_LOCAL_MACHINE", "HKLM", StringComparison.OrdinalIgnoreCase);

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static void Check(string kind, JsonElement data)
    {
        var fits = kind switch
        {
            "dword" => data.ValueKind == JsonValueKind.Number && (data.TryGetUInt32(out _) || data.TryGetInt32(out _)),
            "multiSz" => data.ValueKind == JsonValueKind.Array && data.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String),
            "binary" => data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out _),
            _ => data.ValueKind == JsonValueKind.String,
        };
        if (!Kinds.Contains(kind) || !fits)
        {
            throw WindowsError.Bad(
                $"The data does not fit the kind '{kind}'. Kinds are {string.Join(", ", Kinds)}; a dword is a number, a multiSz a "
                    + "list of strings."
            );
        }
    }
}

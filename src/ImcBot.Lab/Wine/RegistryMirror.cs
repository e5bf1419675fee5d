using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Wine;

/// <summary>The practice host's registry and the prefix's, kept alike: what either side changes, the other has a moment later.</summary>
internal sealed class RegistryMirror(Registry registry, Record record, Action<string[]> order)
{
    private const string Root = @"HKLM\";
    private const int Sz = 1,
        ExpandSz = 2,
        Binary = 3,
        Dword = 4,
        MultiSz = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Key, string Name), (int Type, string Hex)> known = [];
    private readonly Dictionary<string, (int Type, string Hex)> heard = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, TaskCompletionSource> syncs = [];
    private string key = "";
    private int lastSync;

    /// <summary>Tells Windows every value, and has it told what changes there from now on.</summary>
    public void Open()
    {
        ToWindows();
        foreach (var watched in registry.Snapshot().Keys.Keys.Where(name => name.StartsWith(Root, StringComparison.Ordinal)))
        {
            order(["watch", watched]);
        }
    }

    /// <summary>Tells Windows what differs there.</summary>
    public void ToWindows()
    {
        lock (gate)
        {
            var now = registry
                .Snapshot()
                .Keys.Where(entry => entry.Key.StartsWith(Root, StringComparison.Ordinal))
                .SelectMany(entry => entry.Value.Select(value => ((entry.Key, value.Name), Raw(value))))
                .ToDictionary();
            foreach (var (place, value) in now.Where(entry => !known.TryGetValue(entry.Key, out var before) || before != entry.Value))
            {
                known[place] = value;
                order(["set", place.Key, place.Name, $"{value.Type}", value.Hex]);
            }

            foreach (var place in known.Keys.Where(place => !now.ContainsKey(place)).ToList())
            {
                known.Remove(place);
                order(["delete", place.Key, place.Name]);
            }
        }
    }

    /// <summary>Waits until everything is here that was changed in Windows before.</summary>
    public async Task SyncAsync(TimeProvider time)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int number;
        lock (gate)
        {
            number = ++lastSync;
            syncs[number] = done;
        }

        order(["sync", $"{number}"]);
        await done.Task.WaitAsync(Patience, time);
    }

    /// <summary>A line of the agent: a key with its values, or the answer to a sync.</summary>
    public void Hear(string[] line)
    {
        lock (gate)
        {
            switch (line)
            {
                case ["begin", var begun]:
                    key = begun;
                    heard.Clear();
                    break;
                case ["value", var name, var type, var hex]:
                    heard[name] = (int.Parse(type), hex);
                    break;
                case ["end", _]:
                    FromWindows();
                    break;
                case ["synced", var number] when syncs.Remove(int.Parse(number), out var done):
                    done.SetResult();
                    break;
            }
        }
    }

    private void FromWindows()
    {
        foreach (var (name, value) in heard)
        {
            var place = known.Keys.FirstOrDefault(other =>
                other.Key == key && string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)
            );
            place = place == default ? (key, name) : place;
            if (known.TryGetValue(place, out var before) && before == value)
            {
                continue;
            }

            known[place] = value;
            var (kind, data) = Read(value.Type, Convert.FromHexString(value.Hex));
            registry.Set(key, name, kind, data);
            record.Write(WindowsFace.Name, "registry.set", $@"{key}\{name}", data.GetRawText());
        }

        foreach (var place in known.Keys.Where(place => place.Key == key && !heard.ContainsKey(place.Name)).ToList())
        {
            known.Remove(place);
            registry.Delete(key, place.Name);
            record.Write(WindowsFace.Name, "registry.delete", $@"{key}\{place.Name}");
        }
    }

    /// <summary>Name, type and data of a value, as the agent is told them.</summary>
    public static string[] Fields(RegistryValue value) => Raw(value) is var (type, hex) ? [value.Name, $"{type}", hex] : [];

    private static (int Type, string Hex) Raw(RegistryValue value) =>
        value.Kind switch
        {
            "dword" => (Dword, Convert.ToHexString(BitConverter.GetBytes(unchecked((uint)value.Data.GetInt64())))),
            "binary" => (Binary, Convert.ToHexString(value.Data.GetBytesFromBase64())),
            "multiSz" => (
                MultiSz,
                Convert.ToHexString(
                    Encoding.Unicode.GetBytes(string.Concat(value.Data.EnumerateArray().Select(line => line.GetString() + '\0')) + '\0')
                )
            ),
            var kind => (kind == "sz" ? Sz : ExpandSz, Convert.ToHexString(Encoding.Unicode.GetBytes(value.Data.GetString() + '\0'))),
        };

    private static (string Kind, JsonElement Data) Read(int type, byte[] data) =>
        type switch
        {
            Dword => ("dword", JsonSerializer.SerializeToElement(BinaryPrimitives.ReadUInt32LittleEndian(data))),
            Sz => ("sz", JsonSerializer.SerializeToElement(Encoding.Unicode.GetString(data).TrimEnd('\0'))),
            ExpandSz => ("expandSz", JsonSerializer.SerializeToElement(Encoding.Unicode.GetString(data).TrimEnd('\0'))),
            MultiSz => (
                "multiSz",
                JsonSerializer.SerializeToElement(Encoding.Unicode.GetString(data).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            ),
            _ => ("binary", JsonSerializer.SerializeToElement(Convert.ToBase64String(data))),
        };
}

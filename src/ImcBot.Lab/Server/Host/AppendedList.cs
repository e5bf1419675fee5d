using System.Text.Json;

namespace ImcBot.Lab.Server.Host;

/// <summary>A list that only grows and lies on disk as one JSON document a line. Numbering starts at 1. Safe for many callers.</summary>
internal sealed class AppendedList<T> : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private readonly StreamWriter writer;
    private readonly ChangeSignal grown = new();

    public AppendedList(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            items.AddRange(ReadWhole(path));
        }

        writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    /// <summary>Appends what <paramref name="make"/> builds from the new item's number.</summary>
    public T Append(Func<int, T> make)
    {
        T item;
        lock (gate)
        {
            item = make(items.Count + 1);
            writer.WriteLine(JsonSerializer.Serialize(item, LabJson.Options));
            items.Add(item);
        }

        grown.Raise();
        return item;
    }

    /// <summary>The items after number <paramref name="index"/>.</summary>
    public IReadOnlyList<T> After(int index)
    {
        lock (gate)
        {
            return items.Skip(Math.Max(0, index)).ToList();
        }
    }

    /// <summary>Ends at the next append. Taken before the items are looked at, none is missed.</summary>
    public Task Growth => grown.Next;

    public void Dispose()
    {
        lock (gate)
        {
            writer.Dispose();
        }
    }

    // A line cut off by a sudden end is dropped, together with the bytes that would spoil the next line.
    private static List<T> ReadWhole(string path)
    {
        var text = File.ReadAllText(path);
        var end = text.LastIndexOf('\n') + 1;
        if (end < text.Length)
        {
            File.WriteAllText(path, text[..end]);
        }

        return
        [
            .. text[..end]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<T>(line, LabJson.Options)!),
        ];
    }
}

using System.Text.Json;

namespace ImcBot.Lab.Server.Host;

/// <summary>A list that only grows and lies on disk as one JSON document a line. Numbering starts at 1. Safe for many callers.</summary>
internal sealed class AppendedList<T> : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private readonly StreamWriter writer;
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AppendedList(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            items.AddRange(ReadWhole(path));
        }

        writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return items.Count;
            }
        }
    }

    /// <summary>Appends what <paramref name="make"/> builds from the new item's number.</summary>
    public T Append(Func<int, T> make)
    {
        TaskCompletionSource signal;
        T item;
        lock (gate)
        {
            item = make(items.Count + 1);
            writer.WriteLine(JsonSerializer.Serialize(item, LabJson.Options));
            items.Add(item);
            signal = grown;
            grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signal.SetResult();
        return item;
    }

    /// <summary>The items after number <paramref name="index"/>, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<T> After(int index, int limit = int.MaxValue)
    {
        lock (gate)
        {
            return items.Skip(Math.Max(0, index)).Take(limit).ToList();
        }
    }

    /// <summary>Completes at the next append after this call.</summary>
    public Task Growth()
    {
        lock (gate)
        {
            return grown.Task;
        }
    }

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

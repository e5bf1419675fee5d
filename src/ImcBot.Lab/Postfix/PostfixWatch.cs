using System.Globalization;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Postfix;

/// <summary>
/// Writes down what is done to a Postfix and what becomes of it, by what can be seen of it: its process, its hold, its settings, and what
/// the relay's calls left behind.
/// </summary>
internal sealed class PostfixWatch(PostfixFolder folder, PostfixProcess process, Record record, TimeProvider time)
{
    public const string Held = "hold",
        Unheld = "unhold";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> held = [];
    private int? master;
    private int callsRead,
        endsRead;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Remember();
        using var hold = new FileSystemWatcher(folder.Hold);
        hold.Created += (_, _) => SeeHold();
        hold.Deleted += (_, _) => SeeHold();
        hold.Renamed += (_, _) => SeeHold();
        hold.EnableRaisingEvents = true;
        try
        {
            while (true)
            {
                See();
                await Task.Delay(Look, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            See();
        }
    }

    /// <summary>What stands in the record from before, so that only what is new is added.</summary>
    private void Remember()
    {
        foreach (var entry in record.After(0))
        {
            if (entry.What == Held && entry.Target.StartsWith(folder.Hold, StringComparison.Ordinal))
            {
                held.Add(entry.Target);
            }
            else if (entry.What == Unheld)
            {
                held.Remove(entry.Target);
            }
        }

        callsRead = record
            .After(0)
            .Count(entry =>
                entry is { By: Record.Caller, What: not (Held or Unheld or "file.change") }
                && (entry.Target == folder.Service || entry.Target == folder.Filter)
            );
        endsRead = record.After(0).Count(entry => entry.What == Record.Died && entry.Target == folder.Filter);
        lock (folder.KnownSettings)
        {
            foreach (var file in new[] { folder.Main, folder.Services }.Where(file => !folder.KnownSettings.ContainsKey(file)))
            {
                folder.KnownSettings[file] = File.ReadAllText(file);
            }
        }
    }

    private void See()
    {
        SeeCalls();
        SeeMaster();
        SeeFilter();
        SeeSettings();
        SeeHold();
    }

    private void SeeCalls()
    {
        foreach (var call in New(folder.Calls, ref callsRead))
        {
            record.Write(At(call), Record.Caller, call[1], call[2]);
        }
    }

    private void SeeMaster()
    {
        var now = process.Master;
        if (now == master)
        {
            return;
        }

        if (master is not null)
        {
            record.Write(folder.Service, File.Exists(folder.WasStopped) || now is not null ? Record.Stopped : Record.Died, folder.Service);
        }

        if (now is not null)
        {
            record.Write(folder.Service, Record.Running, folder.Service, $"process {now}");
        }

        master = now;
    }

    private void SeeFilter()
    {
        foreach (var end in New(folder.FilterEnds, ref endsRead))
        {
            record.Write(At(end), folder.Filter, Record.Died, folder.Filter, $"exit code {end[1]}");
        }
    }

    private void SeeSettings()
    {
        lock (folder.KnownSettings)
        {
            foreach (var file in new[] { folder.Main, folder.Services })
            {
                var written = File.Exists(file) ? File.ReadAllText(file) : "";
                if (written != folder.KnownSettings[file])
                {
                    record.Write(Record.Caller, "file.change", file);
                    folder.KnownSettings[file] = written;
                }
            }
        }
    }

    /// <summary>Only a person or the relay holds mail here: nothing in the settings does.</summary>
    private void SeeHold()
    {
        lock (held)
        {
            var now = Directory.EnumerateFiles(folder.Hold).ToHashSet(StringComparer.Ordinal);
            foreach (var file in now.Except(held).ToList())
            {
                record.Write(Record.Caller, Held, file);
            }

            foreach (var file in held.Except(now).ToList())
            {
                record.Write(Record.Caller, Unheld, file);
            }

            held.Clear();
            held.UnionWith(now);
        }
    }

    private static long At(string[] line) => long.Parse(line[0], CultureInfo.InvariantCulture);

    /// <summary>The whole lines of a file that were not read before.</summary>
    private static List<string[]> New(string path, ref int read)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var text = File.ReadAllText(path);
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)[read..];
        read += lines.Length;
        return [.. lines.Select(line => line.Split(' '))];
    }
}

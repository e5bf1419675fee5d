using System.Globalization;

namespace ImcBot.Lab.Server.MailService;

/// <summary>
/// The SMTP protocol log: one file L0000000.LOG and so on for each concurrent connection (Q154505).
/// Level 1 notes connections, 3 also commands and replies, 5 everything that comes in.
/// </summary>
internal sealed class ProtocolLog(string folder, long level, TimeProvider time) : IDisposable
{
    private const int Connections = 1;
    private const int Commands = 3;
    private const int Everything = 5;

    private readonly Lock gate = new();
    private readonly Stack<StreamWriter> idle = new();
    private readonly List<StreamWriter> all = [];
    private int next = -1;

    public bool IsOn => level >= Connections;

    public Connection Open()
    {
        if (!IsOn)
        {
            return new Connection(this, null);
        }

        lock (gate)
        {
            var file = idle.TryPop(out var used) ? used : Create();
            var connection = new Connection(this, file);
            connection.Write("connection opened");
            return connection;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            all.ForEach(file => file.Dispose());
            all.Clear();
        }
    }

    private StreamWriter Create()
    {
        next =
            next >= 0
                ? next + 1
                : Directory
                    .EnumerateFiles(folder, "L*.LOG")
                    .Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file).AsSpan(1), out var number) ? number + 1 : 0)
                    .DefaultIfEmpty(0)
                    .Max();
        var stream = new FileStream(
            Path.Combine(folder, $"L{next:D7}.LOG"),
            FileMode.Append,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete
        );
        var writer = new StreamWriter(stream) { AutoFlush = true };
        all.Add(writer);
        return writer;
    }

    /// <summary>One connection's part of the log.</summary>
    internal sealed class Connection(ProtocolLog log, StreamWriter? file) : IDisposable
    {
        public void Command(string line) => Write(Commands, $"<<< {line}");

        public void Reply(string line) => Write(Commands, $">>> {line}");

        public void Raw(string line) => Write(Everything, $"<<< {line}");

        public void Write(string line) => Write(Connections, line);

        public void Dispose()
        {
            Write("connection closed");
            if (file is not null)
            {
                lock (log.gate)
                {
                    log.idle.Push(file);
                }
            }
        }

        private void Write(int from, string line)
        {
            if (file is null || log.Level < from)
            {
                return;
            }

            lock (log.gate)
            {
                if (log.all.Contains(file))
                {
                    file.WriteLine($"{log.Now} : {line}");
                }
            }
        }
    }

    private long Level => level;

    private string Now => time.GetUtcNow().ToString("M/d/yy h:mm:ss tt", CultureInfo.InvariantCulture);
}

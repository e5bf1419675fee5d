using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Processes;

/// <summary>
/// A service process's side of the pipe to its service control manager. Cancels <see cref="Stopping"/> when told to stop or when the server
/// is gone.
/// </summary>
internal sealed class ServerLink : IDisposable
{
    public const string SecretVariable = "IMCBOT_PRACTICE_SECRET";

    /// <summary>Tells whose process this is to anybody who looks at the machine.</summary>
    public const string RootVariable = "IMCBOT_PRACTICE_ROOT";

    private readonly Lock gate = new();
    private readonly StreamReader input;
    private readonly StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim asking = new(1, 1);
    private readonly Channel<long> answers = Channel.CreateUnbounded<long>();
    private volatile RegistrySnapshot registry;

    private ServerLink(StreamReader input, ChildSettings settings) =>
        (this.input, Settings, registry) = (input, settings, settings.Registry);

    public ChildSettings Settings { get; }

    /// <summary>The registry as it is now; a process that applies changes only at its start reads <see cref="Settings"/> instead.</summary>
    public RegistrySnapshot Registry => registry;

    public CancellationToken Stopping => stopping.Token;

    public static string Secret => Environment.GetEnvironmentVariable(SecretVariable) ?? "";

    /// <summary>Reads the first order, which starts the process; null when somebody started the program by hand.</summary>
    public static async Task<ServerLink?> OpenAsync()
    {
        var pipe = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        var first = await pipe.ReadLineAsync();
        if (
            first is null
            || Secret.Length == 0
            || JsonSerializer.Deserialize<ChildOrder>(first, LabJson.Options)?.Settings is not { } settings
        )
        {
            await Console.Error.WriteLineAsync(
                "This command is a process of the practice server and is started by it. Run 'server' instead."
            );
            return null;
        }

        var link = new ServerLink(pipe, settings);
        _ = Task.Run(link.ListenAsync);
        return link;
    }

    public void Send(ChildReport report)
    {
        var line = JsonSerializer.Serialize(report, LabJson.Options);
        lock (gate)
        {
            try
            {
                output.WriteLine(line);
            }
            catch (IOException)
            {
                stopping.Cancel();
            }
        }
    }

    public void Write(EventReport report) => Send(new ChildReport(ReportKind.Event, report));

    public void Changed(string what, string target, string? detail = null) =>
        Send(new ChildReport(ReportKind.Change, What: what, Target: target, Detail: detail));

    /// <summary>Free bytes of a drive by its quota.</summary>
    public async Task<long> FreeAsync(string drive)
    {
        await asking.WaitAsync(Stopping);
        try
        {
            Send(new ChildReport(ReportKind.AskFree, Target: drive));
            return await answers.Reader.ReadAsync(Stopping);
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        asking.Dispose();
    }

    private async Task ListenAsync()
    {
        while (await input.ReadLineAsync() is { } line)
        {
            var order = JsonSerializer.Deserialize<ChildOrder>(line, LabJson.Options)!;
            switch (order.Kind)
            {
                case OrderKind.Stop:
                    await stopping.CancelAsync();
                    break;
                case OrderKind.Registry:
                    registry = order.Registry!;
                    break;
                case OrderKind.Free:
                    await answers.Writer.WriteAsync(order.Free);
                    break;
            }
        }

        // The server is gone: a process that does not end by itself in good time is ended.
        await stopping.CancelAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
        Environment.Exit(1);
    }
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using ImcBot.Benchmarks.Turns;
using ImcBot.Testing;

namespace ImcBot.Benchmarks.Processes;

/// <summary>The bot as a process of its own, measured from outside.</summary>
internal sealed class ServedBot : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private static readonly HttpClient Channel = new();

    private readonly Process _process;
    private readonly long _began = Stopwatch.GetTimestamp();

    private ServedBot(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Whoever holds the roles here, as settings.</summary>
    public const string Person = "11111111-0000-0000-0000-000000000001";

    public Uri Address { get; }

    public double Seconds => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Processor time so far.</summary>
    public TimeSpan Worked
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident megabytes now.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Starts it once, so that tables, keys and proofs are as its build makes them, and ends it.</summary>
    public static async Task PrepareAsync(string? program, string data, TeamsStub teams, CancellationToken cancellationToken)
    {
        await using var first = Start(program, data, teams);
        await first.AnswersAsync("readyz", cancellationToken);
    }

    /// <param name="program">The bot's DLL; null for the one that was built with this program.</param>
    public static ServedBot Start(string? program, string data, TeamsStub teams, params string[] settings)
    {
        program ??= Path.Combine(AppContext.BaseDirectory, "ImcBot.Bot.dll");
        var address = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/");
        var start = new ProcessStartInfo(
            "dotnet",
            [
                program,
                "serve",
                $"--urls={address}",
                $"--Bot:Data={data}",
                $"--Bot:Runbooks={Path.Combine(Path.GetDirectoryName(Path.GetFullPath(program))!, "manifests/runbooks")}",
                "--Logging:LogLevel:Default=Warning",
                $"--OnCall:Roles:on-call:0={Person}",
                $"--OnCall:Roles:administrator:0={Person}",
                .. teams.Settings,
                .. settings,
            ]
        );
        return new(Process.Start(start)!, address);
    }

    /// <summary>Seconds from the start until this path answers well.</summary>
    public async Task<double> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return Seconds;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // Not yet.
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Somebody writes to it in a thread; returns when it has taken that.</summary>
    public async Task HearAsync(TeamsStub teams, string thread, string words, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "api/messages"))
        {
            Content = new StringContent(teams.Message(thread, $"{TeamsStub.Mention} {words}"), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", teams.Token);
        using var response = await Channel.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Percent of one core that it takes over this time.</summary>
    public async Task<double> LoadAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var (before, began) = (Worked, Stopwatch.GetTimestamp());
        await Task.Delay(time, TimeProvider.System, cancellationToken);
        return 100 * (Worked - before) / Stopwatch.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}

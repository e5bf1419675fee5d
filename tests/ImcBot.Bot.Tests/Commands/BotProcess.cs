using System.Diagnostics;
using System.Globalization;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Commands;

/// <summary>The bot as it is served: a process of its own, on a folder of its own, in the room of a double.</summary>
internal sealed class BotProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BotProcess(Process process, string data, Uri address) => (_process, Data, Address) = (process, data, address);

    public string Data { get; }

    public Uri Address { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="teams">The room.</param>
    /// <param name="environment">Further variables.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened; what it said is in the message.</exception>
    public static async Task<BotProcess> StartAsync(TeamsDouble teams, IReadOnlyDictionary<string, string> environment)
    {
        var data = Directory.CreateTempSubdirectory("imcbot-serve-").FullName;
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "ImcBot.Bot.dll"), "serve", "--data", data, "--urls", "http://127.0.0.1:0"]
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var room = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["IMCBOT__BOT__RUNBOOKS"] = Repository.Path("manifests/runbooks"),
            ["IMCBOT__CHANNEL__APPID"] = TeamsDouble.AppId,
            ["IMCBOT__CHANNEL__TENANTID"] = TeamsDouble.Tenant,
            ["IMCBOT__CHANNEL__CONVERSATION"] = TeamsDouble.Conversation,
            ["IMCBOT__CHANNEL__METADATA"] = teams.Metadata.AbsoluteUri,
            ["IMCBOT__CHANNEL__SERVICEURL"] = teams.ServiceUrl.AbsoluteUri,
            ["IMCBOT__CHANNEL__ALLOWEDSERVICEURLS__0"] = teams.ServiceUrl.AbsoluteUri,
            ["IMCBOT__OnCall__Roles__administrator__0"] = Some.Lead.Id,
            ["IMCBOT__OnCall__Roles__on-call__0"] = Some.OnCall.Id,
        };
        foreach (var (name, value) in room.Concat(environment))
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        try
        {
            return new BotProcess(process, data, await AddressAsync(process));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    /// <returns>Its exit code, once it has ended.</returns>
    public async Task<int> EndAsync()
    {
        using var end = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.StandardOutput.ReadToEndAsync(Token);
        await _process.WaitForExitAsync(Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static async Task<Uri> AddressAsync(Process bot)
    {
        const string Listens = "Now listening on: ";
        var said = new List<string>();
        while (await bot.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            said.Add(line);
            if (line.IndexOf(Listens, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new Uri(line[(at + Listens.Length)..]);
            }
        }

        throw new InvalidOperationException($"The bot ended: {string.Join('\n', said)}");
    }
}

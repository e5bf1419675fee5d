using ImcBot.Relay.Tests.Fakes;
using ImcBot.Relay.Tests.Kills;
using ImcBot.Testing;
using ImcBot.Testing.Link;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ImcBot.Relay.Tests.Link;

/// <summary>The relay's own program, a server that can stop, and a bot behind a network with faults.</summary>
internal sealed class LinkedRelay : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-link-").FullName;
    private readonly WebApplication _serverApp = Loopback.Builder().Build(),
        _botApp = Loopback.Builder().Build();
    private readonly TestAuthority? _authority;

    private LinkedRelay(bool secure)
    {
        _authority = secure ? new TestAuthority() : null;
        _patience.CancelAfter(TimeSpan.FromMinutes(5));
    }

    public FakeServer Server { get; } = new(TimeProvider.System);

    public ServedBot Bot { get; } = new();

    public FaultProxy Way { get; private set; } = null!;

    public RelayProcess Process { get; private set; } = null!;

    /// <summary>Gives up where a relay does nothing any more.</summary>
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="enrolled">Says when the relay was enrolled by the server's clock, after the server has had its past.</param>
    public static async Task<LinkedRelay> StartAsync(bool secure = false, Func<FakeServer, long>? enrolled = null)
    {
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        Assert.SkipWhen(secure && !OperatingSystem.IsLinux(), "Only OpenSSL takes an issuer to trust from the environment.");
        var linked = new LinkedRelay(secure);
        ServedServer.Map(linked._serverApp, linked.Server);
        linked.Bot.Map(linked._botApp);
        await linked._serverApp.StartAsync(Token);
        await linked._botApp.StartAsync(Token);
        linked.Way = new FaultProxy(new Uri(linked._botApp.Urls.First()), linked._authority);
        linked.Process = new RelayProcess(
            Path.Combine(linked._folder, "relay"),
            linked._serverApp.Urls.First(),
            linked.Bot.GrantKeys,
            linked.Way.Address.OriginalString
        );
        if (linked._authority is { } authority)
        {
            linked.Process.Environment["SSL_CERT_FILE"] = authority.Write(Path.Combine(linked._folder, "authority.pem"));
        }

        linked.Process.Enrol(enrolled?.Invoke(linked.Server));
        linked.Process.Start();
        await linked.UntilAsync(() => linked.Process.Log.Contains("Connected as", StringComparison.Ordinal));
        return linked;
    }

    /// <summary>The server's service stops, which the relay has to tell.</summary>
    public void Stop() => Server.Write(FakeServer.Imc, 4102);

    /// <summary>How many of these stops the bot has been told of; one whose answer was lost is told again.</summary>
    public int Told => Bot.Alerts.SelectMany(alert => alert.Events).DistinctBy(told => told.Index).Count();

    public Task LoggedAsync(string sentence) => UntilAsync(() => Process.Log.Contains(sentence, StringComparison.Ordinal));

    /// <summary>Fails at once when the relay has ended, which no answer may bring about.</summary>
    public async Task UntilAsync(Func<bool> done)
    {
        while (!done())
        {
            Assert.False(Process.HasEnded, $"The relay ended:\n{Process.Log}");
            Assert.False(_patience.IsCancellationRequested, $"Nothing came of it:\n{Process.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Process?.Dispose();
        if (Way is not null)
        {
            await Way.DisposeAsync();
        }

        await _serverApp.DisposeAsync();
        await _botApp.DisposeAsync();
        _authority?.Dispose();
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class An_outage_is_noticed : IDisposable
{
    private const string Address = "http://server.test/health";

    private const long ProcessAborted = 1067;

    private static readonly WatchedService Watched = new(FakeServer.Imc, [], 60, [new(Address, 60)]);

    private readonly Bench _bench = new();
    private int _acting;
    private bool _isTakenOver,
        _isSilent;
    private HttpClient? _http;
    private OutageWatch? _watch;

    public void Dispose()
    {
        _http?.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task A_service_that_is_down_for_the_time_is_told_once_and_that_it_runs_again_too()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped, ProcessAborted);

        var told = await LookAsync(120);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        var after = (await LookAsync(3))[1..];

        Assert.Equal((OutageKind.ServiceDown, false), (Assert.Single(told).Outage!.Kind, told[0].ServiceUp));
        Assert.Equal((null, true), (Assert.Single(after).Outage, after[0].ServiceUp));
    }

    [Fact]
    public async Task A_service_that_starts_over_and_over_is_down()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.StartPending);

        Assert.Equal(OutageKind.ServiceDown, Assert.Single(await LookAsync(120)).Outage!.Kind);
    }

    [Fact]
    public async Task A_service_that_this_server_never_had_is_not_down_and_one_that_is_gone_is()
    {
        _watch = Watch(Watched with { Name = "balancer" });
        var never = await LookAsync(120);
        _watch = Watch(Watched);
        await LookAsync(3);
        _bench.Server.RemoveService(FakeServer.Imc);

        Assert.Empty(never);
        Assert.Equal(OutageKind.ServiceDown, Assert.Single(await LookAsync(120)).Outage!.Kind);
    }

    [Fact]
    public async Task A_service_that_comes_up_in_time_is_not_told()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped, ProcessAborted);
        await LookAsync(57);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Running);
        await LookAsync(3);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped, ProcessAborted);

        Assert.Empty(await LookAsync(57));
    }

    [Fact]
    public async Task An_orderly_stop_is_told_as_one_and_its_silence_is_none()
    {
        _isSilent = true;
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);

        Assert.Equal(OutageKind.OrderlyStop, Assert.Single(await LookAsync(300)).Outage!.Kind);
    }

    [Fact]
    public async Task What_a_run_has_stopped_is_not_told_also_not_when_it_has_ended()
    {
        (_acting, _isSilent) = (1, true);
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped, ProcessAborted);
        await LookAsync(300);
        _acting = 2;

        Assert.Empty(await LookAsync(300));
    }

    [Fact]
    public async Task While_a_person_has_taken_over_nothing_is_told_and_what_is_down_afterwards_is()
    {
        _isTakenOver = true;
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped, ProcessAborted);
        Assert.Empty(await LookAsync(300));
        _isTakenOver = false;

        Assert.Empty(await LookAsync(57));
        Assert.Equal(OutageKind.ServiceDown, Assert.Single(await LookAsync(6)).Outage!.Kind);
    }

    [Fact]
    public async Task An_address_at_which_nothing_answers_is_told_while_the_service_runs()
    {
        _isSilent = true;

        var told = Assert.Single(await LookAsync(120));

        Assert.Equal((OutageKind.UrlSilent, Address, true), (told.Outage!.Kind, told.Outage.Url, told.ServiceUp));
    }

    /// <summary>Looks as often as it does in so many seconds; gives all that was told so far.</summary>
    private async Task<List<HostAlert>> LookAsync(int seconds)
    {
        _watch ??= Watch(Watched);
        for (var passed = 0; passed < seconds; passed += 3)
        {
            await _watch.StepAsync(CancellationToken.None);
            _bench.Time.Advance(OutageWatch.Period);
        }

        return [.. _bench.Ledger.Waiting(10).Select(letter => JsonSerializer.Deserialize<HostAlert>(letter.Body, WireJson.Options)!)];
    }

    private OutageWatch Watch(WatchedService watched) =>
        new(watched, _bench.Site, _bench.Ledger, () => _acting, () => _isTakenOver, _http ??= new HttpClient(new Server(() => _isSilent)));

    private sealed class Server(Func<bool> isSilent) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            isSilent()
                ? throw new HttpRequestException("refused")
                : Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError));
    }
}

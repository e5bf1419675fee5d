using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

/// <summary>
/// Three or more hosts with one runbook within ten minutes: one card and one page for all, and every host decided for itself.
/// </summary>
public sealed class Several_hosts_at_once : IAsyncLifetime
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private BotHouse _house = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _house = await BotHouse.OpenAsync(("Alerts:Sources:prometheus:Secret", Secret));

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task The_third_calls_for_all_and_the_fourth_calls_nobody()
    {
        foreach (var host in new[] { "EXCH01", "EXCH02", "EXCH03", "EXCH04" })
        {
            await StopAsync(host);
            _house.Clock.Advance(TimeSpan.FromMinutes(3));
        }

        await UntilAsync(async () => (await FindAsync(3)).Members.Count == 4 && (await FindAsync(1)).Founder == 3);
        Assert.Equal(["EXCH01: ", "EXCH02: ", "3 hosts: EXCH03, EXCH01, EXCH02: "], await PagesAsync());
        Assert.Equal([1, 2, 3, 4], (await FindAsync(3)).Members);
        Assert.All(await _house.Engine.ListOpenAsync(Token), incident => Assert.Equal(3, incident.Founder));
        Assert.Single(
            _house.Channel.Told,
            told => told.StartsWith("begin", StringComparison.Ordinal) && told.Contains(" hosts: ", StringComparison.Ordinal)
        );
        Assert.Equal(4, _house.Channel.Told.Count(told => told.StartsWith("begin EXCH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_message_that_names_three_hosts_sends_one_page()
    {
        foreach (var host in new[] { "EXCH01", "EXCH02", "EXCH03" })
        {
            await _house.RelayAsync(host);
        }

        using var response = await PostAsync(
            """{"alerts":[{"labels":{"host":"EXCH01"}},{"labels":{"host":"exch02"}},{"labels":{"host":"EXCH02"}},{"labels":{"host":"exch03.corp.example"}},{"labels":{"host":"NOWHERE"}}]}"""
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await UntilAsync(async () => (await FindAsync(1)).Members.Count == 3);
        Assert.Equal("3 hosts: EXCH01, EXCH02, EXCH03: ", Assert.Single(await PagesAsync()));
    }

    [Fact]
    public async Task Two_are_no_outage_of_many_nor_are_three_far_apart_nor_quiet_ones()
    {
        await StopAsync("EXCH01");
        await StopAsync("EXCH02");
        await _house.RelayAsync("EXCH03");
        await AlertAsync("EXCH03", quiet: true);
        _house.Clock.Advance(TimeSpan.FromMinutes(11));
        await StopAsync("EXCH04");

        Assert.All(await _house.Engine.ListOpenAsync(Token), incident => Assert.Null(incident.Founder));
        Assert.Equal(4, (await _house.Engine.ListOpenAsync(Token)).Count);
    }

    [Fact]
    public async Task Every_host_is_decided_for_itself_and_the_common_card_follows()
    {
        foreach (var host in new[] { "EXCH01", "EXCH02", "EXCH03" })
        {
            await StopAsync(host);
        }

        await UntilAsync(async () =>
            (await FindAsync(1)).Founder == 3 && (await FindAsync(3)).Posts.Keys.Any(post => post.Kind is CardKind.Gathering)
        );
        var before = Together();
        await _house.Engine.TellAsync(2, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, "not now"), Token);
        await _house.Engine.TellAsync(2, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, "not now"), Token);

        await UntilAsync(() => Task.FromResult(Together() > before));
        Assert.Equal([Phase.Surveying, Phase.Surveying], (await _house.Engine.ListOpenAsync(Token)).Select(incident => incident.Phase));

        int Together() =>
            _house.Channel.Told.Count(told =>
                told.StartsWith("edit", StringComparison.Ordinal) && told.Contains(" hosts: ", StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task A_common_card_that_the_channel_did_not_name_is_not_posted_anew_for_every_fact()
    {
        _house.Channel.NamesNot = static line => line.Contains(" hosts: ", StringComparison.Ordinal);
        foreach (var host in new[] { "EXCH01", "EXCH02", "EXCH03" })
        {
            await StopAsync(host);
        }

        await UntilAsync(async () => (await FindAsync(1)).Founder == 3 && (await FindAsync(3)).GatheringThread is not null);
        for (var times = 0; times < 3; times++)
        {
            await _house.Engine.TellAsync(1, at => new Commanded(at, CommandVerb.Hand, Some.Lead, null, "", Some.OnCall), Token);
            await _house.Engine.TellAsync(1, at => new Commanded(at, CommandVerb.Hand, Some.OnCall, null, "", Some.Lead), Token);
            await UntilAsync(async () => (await _house.Get<Journals>().PendingAsync(1, Token)).Count == 0);
        }

        var journaled = 0;
        await foreach (var stored in _house.Get<Journals>().ReadAsync(3, Token))
        {
            journaled += stored.Read().Fact is Posted { Post.Kind: CardKind.Gathering } ? 1 : 0;
        }

        Assert.Equal(
            journaled,
            _house.Channel.Told.Count(told =>
                told.StartsWith("begin", StringComparison.Ordinal) && told.Contains(" hosts: ", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public async Task A_bot_that_starts_again_knows_them()
    {
        foreach (var host in new[] { "EXCH01", "EXCH02", "EXCH03" })
        {
            await StopAsync(host);
        }

        await UntilAsync(async () => (await FindAsync(2)).Founder == 3 && (await FindAsync(3)).GatheringThread is not null);
        await _house.DisposeAsync();
        _house = await BotHouse.OpenAsync(_house.Folder, _house.Clock, ("Alerts:Sources:prometheus:Secret", Secret));
        await StopAsync("EXCH04");

        await UntilAsync(async () => (await FindAsync(3)).Members.Count == 4);
        Assert.All(await _house.Engine.ListOpenAsync(Token), incident => Assert.NotEqual(Phase.AwaitingPerson, incident.Phase));
        Assert.Equal(3, (await PagesAsync()).Count);
        Assert.DoesNotContain(
            _house.Channel.Told,
            told => told.StartsWith("begin", StringComparison.Ordinal) && told.Contains(" hosts: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_alert_before_the_relay_s_first_hello_takes_the_most_patient_times_until_it_comes()
    {
        var relay = new FakeRelay(_house.Http, _house.Clock, "EXCH09");
        Assert.Equal(
            HttpStatusCode.OK,
            (await relay.EnrolAsync(await _house.Enrolment.CreateCodeAsync("EXCH09", BotHouse.Administrator, Token))).Status
        );
        await _house.Enrolment.ConfirmAsync(relay.Id, BotHouse.Administrator, Token);
        using var response = await PostAsync("""{"host":"EXCH09","text":"no mail"}""");
        Assert.Equal((HostProfile.Patient, true), await ProfileAsync());

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Equal((relay.Hello().Profile, false), await ProfileAsync());

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello() with { Profile = HostProfile.Patient })).Status);
        Assert.Equal((relay.Hello().Profile, false), await ProfileAsync());

        async Task<(HostProfile, bool)> ProfileAsync() =>
            await FindAsync(1) is var incident ? (incident.Profile, incident.ProfileAssumed) : default;
    }

    private async Task StopAsync(string host)
    {
        await _house.RelayAsync(host);
        await AlertAsync(host, quiet: false);
    }

    private async Task AlertAsync(string host, bool quiet)
    {
        var alert = Some.Alert(quiet, quiet ? 4116 : 4102) with { Host = host };
        var known = await _house.Get<RelayRegister>().FindHostAsync(host, Token);
        var row = await _house.Get<RelayRegister>().FindAsync(known!.Relay, Token);
        await _house.Get<RelayAlerts>().TakeAsync(row!, alert, Token);
        var number = (await _house.Engine.ListOpenAsync(Token)).Single(incident => incident.Host == host).Number;
        await UntilAsync(async () => (await FindAsync(number)).Thread is not null);
    }

    /// <summary>What every page says, by incident, without the runbook's title.</summary>
    private async Task<IReadOnlyList<string>> PagesAsync()
    {
        var pages = new List<string>();
        foreach (var number in Enumerable.Range(1, 4))
        {
            await foreach (var stored in _house.Get<Journals>().ReadAsync(number, Token))
            {
                pages.AddRange(
                    stored
                        .Read()
                        .Effects.OfType<Page>()
                        .Select(page => page.Text.ToString().Replace(Some.Runbook.Title, "", StringComparison.Ordinal))
                );
            }
        }

        return pages;
    }

    private async Task<Incident> FindAsync(int number) => (await _house.Engine.FindAsync(number, Token))!;

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/alerts")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        return await _house.Http.SendAsync(request, Token);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}

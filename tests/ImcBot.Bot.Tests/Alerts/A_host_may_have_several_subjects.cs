using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed class A_host_may_have_several_subjects
{
    private static readonly Subject Mail = new("mail", "Q317653"),
        Web = AnyService.Named("web", "W3SVC", ("port", "8080"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_has_an_open_incident_of_its_own()
    {
        await using var house = await OpenAsync();
        var relay = await RelayAsync(house, Mail, Web);

        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        await relay.PostAsync("alerts", OfWeb(7001));
        await relay.PostAsync("alerts", OfWeb(7002));
        var again = await house.Engine.OpenManuallyAsync(Some.Host, "WEB", Some.Responder, Token);

        var open = await house.Engine.ListOpenAsync(Token);
        Assert.Equal(["EXCH01 mail", "EXCH01 web"], open.Select(incident => incident.Label));
        Assert.Equal(
            [
                [4102],
                [7001, 7002],
            ],
            open.Select(incident => incident.Events.Select(said => said.Id))
        );
        Assert.Equal("INC-2 is already open for EXCH01 web.", again.Declined);
    }

    [Fact]
    public async Task A_line_of_a_kind_that_a_runbook_names_opens_its_incident_once_and_other_kinds_open_none()
    {
        await using var house = await OpenAsync(
            """source: "${service}", ids: [7001], told: [7002]""",
            """source: "${service}", kinds: [filter.lost]"""
        );
        var relay = await RelayAsync(house, Mail, Web);

        await relay.PostAsync("alerts", OfWeb("postfix.limit"));
        Assert.Empty(await house.Engine.ListOpenAsync(Token));

        for (var line = 0; line < 3; line++)
        {
            await relay.PostAsync("alerts", OfWeb("filter.lost"));
        }

        var incident = Assert.Single(await house.Engine.ListOpenAsync(Token));
        Assert.Equal(("web", false, 1), (incident.Subject, incident.Quiet, incident.Outage));
        Assert.Equal(["filter.lost"], incident.Events.Select(said => said.Called).Distinct());
    }

    [Fact]
    public async Task What_lines_tell_is_watched_in_the_log_of_the_subject()
    {
        await using var house = await OpenAsync(
            """log: Application, source: "${service}", ids: [7001], told: [7002]""",
            """log: "${service}", source: "${service}", kinds: [filter.lost]"""
        );
        var relay = await house.EnrolledAsync();

        var welcome = (await relay.PostAsync("hello", relay.Hello() with { Subjects = [Web] })).Read<Welcome>();

        var lines = Assert.Single(Assert.Single(welcome.Watches!).Events);
        Assert.Equal(("W3SVC", "W3SVC"), (lines.Log, lines.Source));
        Assert.Equal(["filter.lost"], lines.Kinds);
    }

    [Fact]
    public async Task People_say_which_is_meant()
    {
        await using var house = await OpenAsync();
        await RelayAsync(house, Mail, Web);

        var unclear = await Assert.ThrowsAsync<KeyNotFoundException>(() =>
            house.Engine.OpenManuallyAsync(Some.Host, null, Some.Responder, Token)
        );
        var opened = await house.Engine.OpenManuallyAsync(Some.Host, AnyService.Id, Some.Responder, Token);

        Assert.Equal(
            "Several are here. Say which: 'open EXCH01 mail' (Internet Mail Service stops with events 4116 and 4102), 'open EXCH01 "
                + "web' (W3SVC does not run).",
            unclear.Message
        );
        Assert.Equal(("web", "W3SVC"), (opened.Incident.Subject, opened.Incident.Runbook.Service));
    }

    [Fact]
    public async Task What_is_watched_follows_from_the_list_and_what_cannot_be_served_is_told()
    {
        await using var house = await OpenAsync();
        var relay = await house.EnrolledAsync();

        var welcome = (
            await relay.PostAsync(
                "hello",
                relay.Hello() with
                {
                    Subjects = [Web, new("db", "Q1"), AnyService.Named("other", "X", ("prt", "1"))],
                }
            )
        ).Read<Welcome>();

        var watched = Assert.Single(welcome.Watches!);
        Assert.Equal(("W3SVC", "W3SVC"), (watched.Name, watched.Events.Single().Source));
        await house.Channel.UntilAsync(
            told =>
                told.Contains(
                    "its subject 'db' is not served: there is no runbook 'Q1' here. its subject 'other' is not served: any-service "
                        + "has no parameter 'prt'; it takes port.",
                    StringComparison.Ordinal
                ),
            Token
        );
        var later = await house.WaitOutAsync(relay.PostAsync("poll", new Poll([], Watching: WatchedService.DigestOf([]))));
        Assert.Equal(watched.Name, Assert.Single(later.Read<Work>().Watches!).Name);
    }

    [Fact]
    public async Task Without_a_list_each_runbook_that_needs_none_is_a_subject_named_by_its_service()
    {
        await using var house = await OpenAsync();
        await house.RelayAsync();

        var opened = await house.Engine.OpenManuallyAsync(Some.Host, null, Some.Responder, Token);

        Assert.Equal(("MSExchangeIMC", Some.Host), (opened.Incident.Subject, opened.Incident.Label));
    }

    [Fact]
    public async Task A_service_that_is_down_opens_where_its_runbook_says_so_and_an_orderly_stop_is_told()
    {
        await using var house = await OpenAsync();
        var relay = await house.EnrolledAsync();
        var welcome = (await relay.PostAsync("hello", relay.Hello() with { Subjects = [Mail, Web] })).Read<Welcome>();

        await relay.PostAsync("alerts", OfWeb(0) with { Events = [], Outage = new(OutageKind.OrderlyStop, Some.Start) });
        await house.Channel.UntilAsync(
            told =>
                told.Contains(
                    "W3SVC was stopped in an orderly way; no incident was opened. 'open EXCH01 web' opens one.",
                    StringComparison.Ordinal
                ),
            Token
        );
        Assert.Empty(await house.Engine.ListOpenAsync(Token));

        await relay.PostAsync("alerts", OfWeb(0) with { Events = [], Outage = new(OutageKind.ServiceDown, Some.Start - 60_000_000) });
        var incident = Assert.Single(await house.Engine.ListOpenAsync(Token));
        Assert.Equal(
            ("web", Some.Start - 60_000_000, "down"),
            (incident.Subject, incident.DownSince, incident.Standing is Standing.Down ? "down" : "not down")
        );
        Assert.Equal([null, 60], welcome.Watches!.Select(watch => watch.DownSeconds));
    }

    [Fact]
    public async Task Nobody_is_told_to_open_by_hand_what_is_not_opened_by_hand()
    {
        await using var house = await OpenAsync("  - manual: true\n", "");
        var relay = await RelayAsync(house, Mail, Web);

        await relay.PostAsync("alerts", OfWeb(0) with { Events = [], Outage = new(OutageKind.OrderlyStop, Some.Start) });

        var told = await house.Channel.UntilAsync(
            said => said.Contains("W3SVC was stopped in an orderly way", StringComparison.Ordinal),
            Token
        );
        Assert.EndsWith("no incident was opened.", told.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runbook_that_does_not_say_so_is_not_opened_by_hand()
    {
        await using var house = await OpenAsync("  - manual: true\n", "");
        await RelayAsync(house, Mail, Web);

        var refused = await Assert.ThrowsAsync<KeyNotFoundException>(() =>
            house.Engine.OpenManuallyAsync(Some.Host, "web", Some.Responder, Token)
        );

        Assert.Equal("any-service is not opened by hand: its 'opens-on' does not say 'manual: true'.", refused.Message);
        Assert.Equal("mail", (await house.Engine.OpenManuallyAsync(Some.Host, null, Some.Responder, Token)).Incident.Subject);
    }

    [Fact]
    public async Task Changes_go_one_at_a_time_and_who_waits_says_so()
    {
        await using var house = await OpenAsync();
        var relay = await RelayAsync(house, Mail, Web);
        await house.ToApprovalAsync(relay);
        await relay.PostAsync("alerts", OfWeb(7001));
        await house.ToApprovalAsync(relay, 2);
        foreach (var number in new[] { 1, 2 })
        {
            var question = (await house.Engine.FindAsync(number, Token))!.Request!.Question;
            await house.Engine.TellAsync(
                number,
                at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, ""),
                Token
            );
        }

        var first = Assert.Single(await relay.PollAsync());
        var waiting = (await house.Engine.FindAsync(2, Token))!;
        Assert.Equal(
            (1, Phase.Acting, $"{waiting.Requests.Last().Question.Short} is approved and waits for {first.Run.Question} on EXCH01"),
            (first.Run.Question.Incident, waiting.Phase, Summary.State(waiting))
        );

        await relay.ReportAsync(relay.ReportOf(first));
        var acts = (await relay.PollAsync()).Where(job => job.Kind == JobKind.Act);

        Assert.Equal(2, Assert.Single(acts).Run.Question.Incident);
        Assert.Equal("an approved remedy is running", Summary.State((await house.Engine.FindAsync(2, Token))!));
    }

    [Fact]
    public async Task While_somebody_has_taken_over_nothing_begins_on_the_host()
    {
        await using var house = await OpenAsync();
        var relay = await RelayAsync(house, Mail, Web);
        await house.ToApprovalAsync(relay);
        var web = await house.Engine.OpenManuallyAsync(Some.Host, "web", Some.Responder, Token);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(web.Incident.Number, at => new Commanded(at, CommandVerb.Takeover, Some.Lead, null, ""), Token);
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, ""), Token);

        Assert.DoesNotContain(await relay.PollAsync(), job => job.Kind == JobKind.Act);
        Assert.EndsWith(
            "waits until INC-2 on EXCH01 is handed back",
            Summary.State((await house.Engine.FindAsync(1, Token))!),
            StringComparison.Ordinal
        );

        await house.Engine.TellAsync(web.Incident.Number, at => new Commanded(at, CommandVerb.Resume, Some.Lead, null, ""), Token);
        Assert.Contains(await house.WaitOutAsync(relay.PollAsync()), job => job.Kind == JobKind.Act);
    }

    private static HostAlert OfWeb(string kind) =>
        new(Some.Host, "W3SVC", true, false, [Some.Event(6, "W3SVC") with { Kind = kind }], Some.Start);

    private static HostAlert OfWeb(int id) => new(Some.Host, "W3SVC", false, false, [Some.Event(id, "W3SVC")], Some.Start);

    private static Task<BotHouse> OpenAsync(string instead = "", string written = "")
    {
        var runbooks = Directory.CreateTempSubdirectory("imcbot-runbooks").FullName;
        File.Copy(Repository.Path("manifests/runbooks/Q317653.yaml"), Path.Combine(runbooks, "Q317653.yaml"));
        File.WriteAllText(
            Path.Combine(runbooks, "any-service.yaml"),
            instead.Length == 0 ? AnyService.Text : AnyService.Text.Replace(instead, written, StringComparison.Ordinal)
        );
        return BotHouse.OpenAsync(("Bot:Runbooks", runbooks));
    }

    private static async Task<FakeRelay> RelayAsync(BotHouse house, params Subject[] subjects)
    {
        var relay = await house.EnrolledAsync();
        await relay.PostAsync("hello", relay.Hello() with { Subjects = subjects });
        return relay;
    }
}

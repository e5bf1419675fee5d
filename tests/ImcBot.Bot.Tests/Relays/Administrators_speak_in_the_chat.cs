using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Chat;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class Administrators_speak_in_the_chat : IAsyncLifetime
{
    private BotHouse _house = null!;

    public async ValueTask InitializeAsync() => _house = await BotHouse.OpenAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_code_is_only_given_privately_and_only_to_an_administrator()
    {
        var refused = await SayAsync("relay add EXCH02", Some.OnCall.Id);
        var given = await SayAsync("relay add EXCH02", BotHouse.Administrator);

        Assert.Contains("Only an administrator", refused.Text, StringComparison.Ordinal);
        Assert.Null(refused.Private);
        var code = given.Private!.Split('`')[1];
        Assert.DoesNotContain(code, given.Text, StringComparison.Ordinal);
        var relay = new FakeRelay(_house.Http, _house.Clock, "EXCH02");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await relay.EnrolAsync(code)).Status);
    }

    [Fact]
    public async Task Only_an_administrator_confirms_a_relay_and_its_card_tells_so()
    {
        var relay = new FakeRelay(_house.Http, _house.Clock, Some.Host);
        await relay.EnrolAsync((await SayAsync($"relay add {Some.Host}", BotHouse.Administrator)).Private!.Split('`')[1]);

        var refused = await ClickAsync(relay.Id, Some.OnCall.Id);
        Assert.NotEqual(System.Net.HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        var reply = await ClickAsync(relay.Id, BotHouse.Administrator);

        Assert.Contains("Only an administrator", refused.Text, StringComparison.Ordinal);
        Assert.StartsWith($"{relay.Id} is confirmed", reply.Text, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        await _house.Channel.UntilAsync(
            told => told.StartsWith($"edit {relay.Id} is confirmed", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
    }

    [Fact]
    public async Task A_refusal_of_the_enrolment_is_passed_on() =>
        Assert.Contains(
            "A relay is enrolled for a host name",
            (await SayAsync("relay add B/AD", BotHouse.Administrator)).Text,
            StringComparison.Ordinal
        );

    private Task<Reply> SayAsync(string text, string by) => HearAsync(new(Member(by), "19:channel", false, true, text, []));

    private Task<Reply> ClickAsync(string relay, string by) =>
        HearAsync(
            new(
                Member(by),
                "19:channel",
                false,
                false,
                "",
                [],
                new Click("confirm-relay", new Dictionary<string, string>(StringComparer.Ordinal) { ["relay"] = relay })
            )
        );

    private Task<Reply> HearAsync(Heard heard) =>
        Listeners
            .Of(
                _house.Engine,
                _house.Get<OnCallRoster>(),
                administration: new RelayAdministration(_house.Enrolment, _house.Get<ChannelPublisher>())
            )
            .HearAsync(heard, TestContext.Current.CancellationToken);

    private static Member Member(string id) => new(id, $"29:{id}", "Ada Min");
}

using ImcBot.Bot.Commands;
using ImcBot.Bot.Endpoints;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Entra;

/// <summary><c>imcbot decide</c> from the device code to the vote; only Entra's address is a double's.</summary>
public sealed class Decide_tells_by_its_exit_code : IAsyncLifetime
{
    private DecideHouse _house = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _house = await DecideHouse.OpenAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Zero_when_the_vote_counts()
    {
        var question = _house.Ask(ApprovalRule.OnCall);
        _house.Entra.Person = Some.OnCall.Id;

        Assert.Equal(0, await RunAsync(new DecideAsk($"{question}", "approve", "mail is down")));

        var vote = Assert.Single(_house.Votes);
        Assert.Equal((Some.OnCall.Id, Answer.Approve, "mail is down"), (vote.By.Id, vote.Answer, vote.Why.Value));
    }

    [Fact]
    public async Task One_when_the_bot_refused_it()
    {
        var question = _house.Ask(ApprovalRule.OnCall);
        _house.Entra.Person = Some.Responder.Id;

        Assert.Equal(1, await RunAsync(new DecideAsk($"{question}", "approve", null)));
    }

    [Fact]
    public async Task Two_when_nothing_was_sent()
    {
        var question = _house.Ask(ApprovalRule.OnCall);

        var declined = await Assert.ThrowsAsync<CommandException>(() => RunAsync(new DecideAsk($"{question}", "approve", null)));
        var unset = await Assert.ThrowsAsync<CommandException>(() =>
            BotCommand
                .Create()
                .Parse(["decide", "7/3", "approve", "--bot", "http://imcbot.example.com"])
                .InvokeAsync(new() { EnableDefaultExceptionHandler = false }, Token)
        );

        Assert.Equal((2, 2), (declined.ExitCode, unset.ExitCode));
        Assert.Contains("sign-in", declined.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["--bot", "--tenant", "--client", "--audience"],
            unset.Message.Split(Environment.NewLine).Select(line => line.Split(' ')[0])
        );
        Assert.NotEmpty(BotCommand.Create().Parse(["decide", "7/3", "perhaps"]).Errors);
        Assert.Empty(_house.Votes);
    }

    [Fact]
    public async Task Three_when_there_is_no_answer_of_the_bot()
    {
        _house.Entra.Person = Some.OnCall.Id;

        var silent = await Assert.ThrowsAsync<CommandException>(() =>
            RunAsync(new DecideAsk("7/3", "approve", null), bot: new Uri("http://127.0.0.1:9/"))
        );
        var other = await Assert.ThrowsAsync<CommandException>(() =>
            RunAsync(new DecideAsk("7/3", "approve", null), bot: _house.Teams.Address)
        );

        Assert.Equal((3, 3), (silent.ExitCode, other.ExitCode));
    }

    [Fact]
    public void On_the_bots_own_host_only_the_client_is_left_to_say()
    {
        var parsed = BotCommand.Create().Parse(["decide", "7/3", "approve"]);
        var options = DecideOptions.Read(
            BotCommand.ConfigurationOf(
                parsed,
                "Bot:PublicUrl=https://imcbot.example.com",
                "Channel:TenantId=t",
                "Entra:Audience=1234",
                "Decide:Client=c"
            )
        );

        Assert.Empty(options.Problems());
        Assert.Equal("api://1234/decide", options.Scope);
    }

    private Task<int> RunAsync(DecideAsk ask, Uri? bot = null) =>
        DecideCommand.RunAsync(
            BotCommand.Create().Parse(["decide", ask.Question!, ask.Answer!]),
            new DecideOptions
            {
                Bot = bot ?? _house.Address,
                Tenant = EntraDouble.Tenant,
                Client = EntraDouble.App,
                Audience = EntraDouble.Audience,
                Authority = new Uri("https://login.example/"),
            },
            ask,
            _house.Entra.Transport,
            Token
        );
}

using System.CommandLine;
using System.Net;
using ImcBot.Bot.Commands;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Entra;

/// <summary>
/// <c>imcbot runbook check FILE --relay HOST</c> from the device code to the relay; Entra's address and the relay are doubles.
/// </summary>
public sealed class What_is_possible_on_a_host_is_asked_of_its_relay : IAsyncLifetime
{
    private BotHouse _bot = null!;
    private DecideHouse _door = null!;
    private FakeRelay _relay = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotHouse.OpenAsync();
        _door = await DecideHouse.OpenAsync(trials: _bot.Get<RunbookTrials>());
        _relay = await _bot.EnrolledAsync();
        var hello = _relay.Hello() with { Subjects = [AnyService.Named("web", "nginx", ("port", "8080"))] };
        Assert.Equal(HttpStatusCode.OK, (await _relay.PostAsync("hello", hello)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await _bot.DisposeAsync();
    }

    [Fact]
    public async Task Every_check_and_every_remedy_goes_there_with_the_subjects_own_parameters_and_nothing_is_kept()
    {
        _door.Entra.Person = Some.OnCall.Id;
        var said = new StringWriter();

        var code = RunAsync(said);
        var jobs = new List<Job>();
        while (jobs.Count < 5)
        {
            var more = await _relay.PollAsync([.. jobs.Select(job => job.Run)]);
            await _relay.ReportAsync([
                .. more.Select(job => _relay.ReportOf(job, job.Check?.Use == "port.answers" ? Verdict.Failed : Verdict.Clear)),
            ]);
            jobs.AddRange(more);
        }

        Assert.Equal(BotCommand.NotDone, await code);
        Assert.All(jobs, job => Assert.Equal(JobKind.Try, job.Kind));
        Assert.Contains(jobs, job => job.Check is { Use: "port.answers" } check && check.With["port"] == "8080");
        Assert.Contains(
            jobs,
            job => job.Remedy is { } remedy && remedy.Calls.Any(call => call.Use == "service.restart" && call.With["service"] == "nginx")
        );
        Assert.Equal(
            ["On", "possible", "REFUSED", "possible", "possible", "possible"],
            said.ToString().Trim().Split(Environment.NewLine).Select(line => line.Split(' ')[0])
        );
        Assert.Empty(await _bot.Engine.ListOpenAsync(Token));
    }

    [Theory]
    [InlineData(null, "web")]
    [InlineData("nobody", "web")]
    [InlineData("member", "web")]
    [InlineData("on-call", "other")]
    public async Task Whoever_is_not_let_in_or_asks_for_what_is_not_there_has_nothing_tried(string? who, string subject)
    {
        _door.Entra.Person = who switch
        {
            "on-call" => Some.OnCall.Id,
            "member" => Some.Responder.Id,
            "nobody" => DecideHouse.Outsider,
            _ => null,
        };

        await Assert.ThrowsAsync<CommandException>(() => RunAsync(TextWriter.Null, subject));

        Assert.Empty(await _bot.WaitOutAsync(_relay.PollAsync()));
    }

    private async Task<int> RunAsync(TextWriter output, string? subject = null)
    {
        var parsed = BotCommand.Create().Parse(["runbook", "check", "any.yaml", "--relay", Some.Host]);
        parsed.InvocationConfiguration.Output = output;
        return await TryOnHost.RunAsync(
            parsed,
            new DecideOptions
            {
                Bot = _door.Address,
                Tenant = EntraDouble.Tenant,
                Client = EntraDouble.App,
                Audience = EntraDouble.Audience,
                Authority = new Uri("https://login.example/"),
            },
            new TryAsk(Some.Host, subject, AnyService.Bytes),
            _door.Entra.Transport,
            Token
        );
    }
}

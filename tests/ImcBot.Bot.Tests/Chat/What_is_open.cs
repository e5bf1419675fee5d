using System.Text.RegularExpressions;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>The command <c>incidents</c> tells what is open, and what each waits for.</summary>
public sealed partial class What_is_open
{
    private readonly FakeIncidents _incidents = new();

    private static Rehearsal Found => new Rehearsal("threads").Relay();

    private static Rehearsal Searched => new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched();

    public static TheoryData<string, string> Waits =>
        new()
        {
            { "checks", "checking every cause; owner nobody yet" },
            {
                "offers",
                "waits for somebody to ask for: Raise Max Threads to 50 (0x32); the information store must restart for it; owner "
                    + "Riley Reyes"
            },
            {
                "asks",
                "7/2 waits for 1 'on-call' until TIME: Raise Max Threads to 50 (0x32); the information store must restart for it; "
                    + "owner Riley Reyes"
            },
            {
                "has one signature",
                "7/2 waits for 1 'security' until TIME: Raise Max Threads to 50 (0x32); the information store must restart for it; "
                    + "owner Riley Reyes"
            },
            { "was approved", "7/2 is approved and waits for the relay; owner Riley Reyes" },
            { "is escalated", "waits for people: Escalated by Riley Reyes; owner nobody yet" },
            { "holds mail", "resolved; owner Riley Reyes; 1 thing left open" },
        };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task Each_is_told_with_what_it_waits_for_and_who_owns_it(string how, string waits)
    {
        _incidents.With(Incident(how));

        var (title, rows) = Card(await SayAsync());

        Assert.Equal("1 incident open", title);
        Assert.Equal([("INC-7 EXCH01", waits)], rows);
    }

    [Fact]
    public async Task All_that_are_open_are_told_wherever_it_is_asked_and_a_closed_one_is_not()
    {
        _incidents
            .With(Incident("asks"))
            .With(Incident("is escalated") with { Number = 8, Host = "EXCH02" })
            .With(Searched.Command(CommandVerb.Take).Command(CommandVerb.Close).Incident with { Number = 9 });

        var (title, rows) = Card(await SayAsync());

        Assert.Equal("2 incidents open", title);
        Assert.Equal(["INC-7 EXCH01", "INC-8 EXCH02"], rows.Select(row => row.Label));
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task Where_nothing_is_open_that_is_told() =>
        Assert.Equal("No incident is open. 'open HOST' opens one.", (await SayAsync()).Text);

    private static Incident Incident(string how) =>
        how switch
        {
            "checks" => new Rehearsal("threads").Incident,
            "offers" => Found.Command(CommandVerb.Take).Incident,
            "asks" => Found.Command(CommandVerb.Ask).Incident,
            "has one signature" => new Rehearsal("threads") { Rule = new ApprovalRule(Role.OnCall, false, 1, [Role.Security]) }
                .Relay()
                .Command(CommandVerb.Ask)
                .Vote(Answer.Approve)
                .Incident,
            "was approved" => Found.Command(CommandVerb.Ask).Vote(Answer.Approve).Incident,
            "is escalated" => Found.Command(CommandVerb.Escalate).Incident,
            _ => Searched.Command(CommandVerb.Take).Incident,
        };

    private Task<Reply> SayAsync()
    {
        var duty = new OnCallRoster(Options.Create(new OnCallOptions()));
        var headers = new Headers(new EphemeralJobs(new(), TimeProvider.System), new FakeChannel(), NullLogger<Headers>.Instance);
        var listener = Listeners.Of(_incidents, duty, headers);
        return listener.HearAsync(
            new(new Member(Some.Responder.Id, "29:riley", "Riley Reyes"), "19:channel;messageid=77", false, true, "incidents", []),
            TestContext.Current.CancellationToken
        );
    }

    private static (string Title, IReadOnlyList<(string Label, string Waits)> Rows) Card(Reply reply)
    {
        var texts = CardTexts.Of(reply.Card!.Value);
        return (texts[0], [.. texts.Skip(1).Chunk(2).Select(row => (row[0], Moment().Replace(row[1], "TIME")))]);
    }

    [GeneratedRegex(@"\{\{TIME\([^)]*\)\}\}")]
    private static partial Regex Moment();
}

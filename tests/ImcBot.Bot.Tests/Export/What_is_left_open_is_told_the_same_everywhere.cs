using System.Text;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Tests.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Mail is held after a search, and the incident is with people: the record and the chat say so as the card does.</summary>
public sealed class What_is_left_open_is_told_the_same_everywhere
{
    private const string Held = "1 message held in";

    [Theory]
    [InlineData(nameof(CommandVerb.Escalate), nameof(Phase.Escalated))]
    [InlineData(nameof(CommandVerb.Pause), nameof(Phase.AwaitingPerson))]
    public async Task What_is_held_stands_in_the_record(string verb, string phase)
    {
        var rehearsal = Holding().Command(Enum.Parse<CommandVerb>(verb));
        using var sample = await SampleJournal.WriteAsync(rehearsal.Told);
        var md = Encoding.UTF8.GetString(await sample.ExportAsync("md"));
        var html = Encoding.UTF8.GetString(await sample.ExportAsync("html"));
        var left = FollowUp.Of(rehearsal.Incident).Count(item => item.DoneAt is null);

        Assert.Equal(phase, $"{rehearsal.Incident.Phase}");
        Assert.Contains(Held, Between(md, "### Open follow-ups", "### Clocks"), StringComparison.Ordinal);
        Assert.Contains(Held, Between(html, "<h3>Open follow-ups</h3>", "<h3>Clocks</h3>"), StringComparison.Ordinal);
        Assert.Contains($"<dt>Left open</dt><dd>{left}</dd>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(CommandVerb.Escalate), nameof(Phase.Escalated))]
    [InlineData(nameof(CommandVerb.Pause), nameof(Phase.AwaitingPerson))]
    public void What_is_held_stands_in_the_status(string verb, string phase)
    {
        var rehearsal = Holding().Command(Enum.Parse<CommandVerb>(verb));

        Assert.Equal(phase, $"{rehearsal.Incident.Phase}");
        Assert.Contains(
            CardTexts.Of(Replies.Status(rehearsal.Incident).Card!.Value),
            text => text.Contains(Held, StringComparison.Ordinal)
        );
    }

    // The search has ended with a message held, and the service fails again before the all-clear.
    private static Rehearsal Holding()
    {
        var spool = new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17));
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = spool.Take(run);
            rehearsal.ServiceUp = spool.Up;
            return report;
        };
        rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        rehearsal.ServiceUp = false;
        return rehearsal.Tell(at => new Alerted(at, Some.Alert(false, 4102))).Relay();
    }

    private static string Between(string text, string from, string to) => text.Split(from)[1].Split(to)[0];
}

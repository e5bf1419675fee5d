using System.Text;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>What is masked, left out or not readable any more takes nothing else with it, and is told.</summary>
public sealed class What_a_journal_cannot_show_is_told
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_that_a_mask_has_cut_is_a_line_of_text_and_the_rest_is_exported()
    {
        const string Card = """{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"password: hunter2"}]}""";
        var night = new Rehearsal("message")
            .Relay()
            .Tell(at => new Posted(at, new PostKey(CardKind.Incident, default), "thread", "1", false, Card, null));
        using var sample = await SampleJournal.WriteAsync(night.Told);

        using var activities = JsonDocument.Parse(await sample.ExportAsync("transcript"));

        Assert.Contains(
            activities.RootElement.EnumerateArray(),
            activity => activity.TryGetProperty("text", out var text) && text.GetString() == "The card cannot be read."
        );
    }

    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("transcript")]
    public async Task An_incident_whose_runbook_is_gone_is_exported_as_a_sentence(string format)
    {
        using var sample = await SampleJournal.WriteAsync(Strange(8).Told);

        var text = Encoding.UTF8.GetString(await sample.ExportAsync(format));

        Assert.True(format == "transcript" || text.Contains("its runbook 00000000 are missing", StringComparison.Ordinal), text);
    }

    [Fact]
    public async Task An_incident_whose_runbook_is_gone_is_not_counted_and_the_others_are()
    {
        using var sample = await SampleJournal.WriteAsync([.. ANight.Told, .. Strange(8).Told]);
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10).AddDays(1));
        var counter = new FigureCounter(
            sample.Journal,
            new JournalReading(sample.Journal, new RunbookRepository(sample.Journal, [])),
            clock
        );

        var figures = await counter.CountAsync(30, Token);

        Assert.Equal(1, figures.Incidents);
        Assert.Contains(
            "Not counted, because they cannot be read: 1 incident.",
            CardJson.Write(lines => StatsCard.Draw(figures, lines)).GetRawText(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_storm_of_alerts_takes_no_vote_out_of_the_review_and_is_told_to_be_left_out()
    {
        var night = new Rehearsal("message").Relay();
        for (var alert = 0; alert < 1200; alert++)
        {
            night.Tell(at => new Alerted(at, Some.Alert(false, 4102) with { At = at }));
        }

        night.Relay().Command(CommandVerb.Ask).Vote(Answer.DenyNext);
        using var sample = await SampleJournal.WriteAsync(night.Told);

        var text = Encoding.UTF8.GetString(await sample.ExportAsync("md"));

        Assert.DoesNotContain("Nothing was refused.", text, StringComparison.Ordinal);
        Assert.Contains("200 more alerts and changes of the roster", text, StringComparison.Ordinal);
    }

    private static Rehearsal Strange(int number) =>
        new Rehearsal(
            Some.Opened() with
            {
                Number = number,
                Host = "EXCH02",
                Runbook = new string('0', 64),
            },
            Some.Runbook,
            "message"
        ).Relay();
}

using System.Text;
using System.Text.RegularExpressions;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Tests.Export;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>
/// A service that nobody foresaw, walked from its opening to the all-clear: what people read of it comes from its runbook.
/// </summary>
public sealed partial class A_runbook_words_its_own
{
    private const string Text = """
        id: PRINT-1
        title: Printing stops
        service: printq
        words:
          service: Printing
          working: Printing works
          stopped: Printing HALTED
          item: print job
          queue: the tray
          crash: driver crash
          waits: paper and patience
        opens-on: [{ manual: true }]
        verify:
          - { use: service.running, with: { service: printq } }
        steps:
          - id: disk
            name: Disk
            kb: Handbook 1
            check: { use: disk.free, with: { path: "C:\\Jobs", at-least: 500MB } }
            remedies:
              - { name: tidy, use: files.delete, with: { folder: "${temp}", older-than: 1d }, does: Delete old files, approval: { role: on-call } }
              - { name: by-hand, person: Take the paper out. }
        """;

    private static readonly Runbook Printing = Load(Text);

    [Fact]
    public async Task In_every_card_reply_and_transcript()
    {
        var seen = new StringBuilder();
        var walk = new Rehearsal(Opened, Printing, "disk");
        See(walk);
        See(walk.Relay());
        See(walk.Command(CommandVerb.Take, Some.OnCall).Command(CommandVerb.Ask).Relay());
        var asked = walk.Incident.Request!.Question;
        seen.Append(CardFactory.Write(walk.Incident, new PostKey(CardKind.Approval, asked)).GetRawText());
        walk.ServiceUp = true;
        walk.ActData["crashes"] = "2";
        See(walk.Vote(Answer.Approve, Some.Lead));
        seen.Append(CardFactory.Write(walk.Incident, new PostKey(CardKind.Approval, asked)).GetRawText());
        See(walk.Relay());
        See(walk.Pass(Deadline.WatchEnds).Relay());
        seen.Append(CardFactory.Write(walk.Incident, new PostKey(CardKind.Resolved, walk.Incident.WatchQuestion)).GetRawText());
        using var journal = await SampleJournal.WriteAsync(walk.Told, Encoding.UTF8.GetBytes(Text));
        seen.Append(Encoding.UTF8.GetString(await journal.ExportAsync("html")))
            .Append(Encoding.UTF8.GetString(await journal.ExportAsync("md")));

        Assert.Equal(Phase.Resolved, walk.Incident.Phase);
        Assert.Empty(
            Foreign()
                .Matches(seen.ToString())
                .Select(found => seen.ToString()[Math.Max(0, found.Index - 40)..Math.Min(seen.Length, found.Index + 40)])
        );
        Assert.All(
            ["Printing HALTED", "Printing WORKS", "2 driver crashes", "No print job is suspected"],
            word => Assert.Contains(word, seen.ToString(), StringComparison.Ordinal)
        );

        void See(Rehearsal now)
        {
            var incident = now.Incident;
            seen.Append(CardFactory.Write(incident, new PostKey(CardKind.Incident, default)).GetRawText())
                .Append(OneLine.Of(incident, new PostKey(CardKind.Incident, default)))
                .Append(Replies.Status(incident))
                .Append(Replies.Why(incident))
                .Append(Replies.Messages(incident))
                .AppendJoin(' ', now.Said);
        }
    }

    [Fact]
    public void The_card_of_an_earlier_search_stays_that_searchs_own()
    {
        var incident = CardSamples.Searched(Printing);
        var first = incident.Search!;
        var later = first with { Question = new(first.Question.Incident, first.Question.Number + 3) };

        var card = CardFactory.Write(
            incident with
            {
                Search = later,
                EarlierSearches = [first],
            },
            new PostKey(CardKind.Search, first.Question)
        );

        Assert.Equal(CardFactory.Write(incident, new PostKey(CardKind.Search, first.Question)).GetRawText(), card.GetRawText());
    }

    [Fact]
    public void And_so_in_the_search()
    {
        var incident = CardSamples.Searched(Printing);

        var card = CardFactory.Write(incident, new PostKey(CardKind.Search, incident.Search!.Question)).GetRawText();

        Assert.Empty(Foreign().Matches(card).Select(found => card[Math.Max(0, found.Index - 40)..Math.Min(card.Length, found.Index + 40)]));
        Assert.Contains("print jobs", card, StringComparison.Ordinal);
        Assert.Contains("in the tray", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_words_of_its_own_it_has_plain_ones()
    {
        var plain = Load(
            Text.Remove(
                Text.IndexOf("words:", StringComparison.Ordinal),
                Text.IndexOf("opens-on:", StringComparison.Ordinal) - Text.IndexOf("words:", StringComparison.Ordinal)
            )
        );
        var down = new Rehearsal(Opened with { Runbook = plain.Digest }, plain).Relay().Incident;

        Assert.Equal("The service STOPPED", Health.Of(down).Words);
        Assert.StartsWith("PRINT01 the service down", OneLine.Of(down, new PostKey(CardKind.Incident, default)), StringComparison.Ordinal);
        Assert.Equal("The service WORKS", SubjectWords.Loud(plain.Words.Working));
        Assert.Equal(("Service", "2 items", "2 crashes"), (plain.Words.Label, plain.Words.CountItems(2), plain.Words.CountCrashes(2)));
    }

    private static Opened Opened =>
        Some.Opened() with
        {
            Host = "PRINT01",
            Relay = "relay-print01",
            Runbook = Printing.Digest,
            Alert = null,
            By = Some.Responder,
        };

    private static Runbook Load(string text) => RunbookFile.Load(Encoding.UTF8.GetBytes(text), "printing.yaml");

    // What the program and the commands are called is no word of the subject.
    [GeneratedRegex(@"mail|spool|exchange|\bstore|MSExch|\bIMC\b|EXCH01|(?<!')messages?\b(?! return| headers)", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}

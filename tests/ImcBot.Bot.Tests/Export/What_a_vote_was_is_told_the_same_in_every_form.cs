using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Replay;
using ImcBot.Bot.Tests.Cards;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Its owner objected, who may not refuse; then one on call approved alone. Of another request the asking was stopped.</summary>
public sealed class What_a_vote_was_is_told_the_same_in_every_form
{
    private const string Reason = "mail has been down for an hour";

    private static Rehearsal Approved
    {
        get
        {
            var night = Asked().Command(CommandVerb.Take).Vote(Answer.DenyNext, Some.Responder).Pass(Deadline.PauseEnds);
            var request = night.Incident.Request!.Question;
            return night.Tell(at => new Voted(at, request, Some.OnCall, Answer.BreakGlass, Reason));
        }
    }

    [Fact]
    public async Task An_emulator_reads_the_words_that_people_type()
    {
        var (approved, stopped) = (await SaidAsync(Approved), await SaidAsync(Asked().Vote(Answer.DenyStop)));

        Assert.Contains("deny 7/2 because", approved);
        Assert.Contains($"break-glass 7/2 {Reason}", approved);
        Assert.Contains("deny-stop 7/2 because", stopped);
    }

    [Theory]
    [InlineData("md", "## Approvals")]
    [InlineData("html", "<h2 id=\"h-approvals\">")]
    public async Task A_reviewer_reads_an_objection_as_one_and_a_refusal_as_what_it_asked_for(string format, string part)
    {
        var (approved, stopped) = (await PartAsync(Approved, format, part), await PartAsync(Asked().Vote(Answer.DenyStop), format, part));

        Assert.Matches("Riley Reyes objected, [0-9-]+ [0-9:]+, because", approved);
        Assert.Matches("Olu Adeyemi (.{8,10}) approved ALONE by break-glass, [0-9-]+ [0-9:]+, because", approved);
        Assert.DoesNotContain("refused", approved, StringComparison.Ordinal);
        Assert.Matches("Olu Adeyemi (.{8,10}) refused, stop asking, [0-9-]+ [0-9:]+, because", stopped);
    }

    [Fact]
    public async Task The_draft_and_the_outcome_have_the_same_words()
    {
        var (approved, stopped) = (Approved, Asked().Vote(Answer.DenyStop));

        Assert.Contains(@"7/2: Riley Reyes objected, because", await PartAsync(approved, "md", "### Refused"), StringComparison.Ordinal);
        Assert.Contains("refused, stop asking, because", await PartAsync(stopped, "md", "### Refused"), StringComparison.Ordinal);
        Assert.Contains("approved ALONE by break-glass", Outcome(approved), StringComparison.Ordinal);
        Assert.Contains("refused, stop asking", Outcome(stopped), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_the_timeline_an_objection_is_no_refusal()
    {
        using var sample = await SampleJournal.WriteAsync(Approved.Told);
        var html = Encoding.UTF8.GetString(await sample.ExportAsync("html"));

        Assert.Matches("class=\"markwarn\"><title>entry [0-9]+, [^<]*Riley Reyes deny INC-7/2", html);
        Assert.Matches("class=\"markgood\"><title>entry [0-9]+, [^<]*break-glass INC-7/2", html);
        Assert.DoesNotMatch("class=\"markbad\"><title>entry [0-9]+, [^<]*INC-7/2", html);
    }

    [Fact]
    public async Task What_if_tells_an_objection_as_one()
    {
        using var sample = await SampleJournal.WriteAsync(Approved.Told);
        await using var text = new MemoryStream(await sample.ExportAsync("jsonl"));
        var lines = WhatIf.Tell(await Recording.ReadAsync(text, TestContext.Current.CancellationToken), Some.Runbook);

        Assert.Contains(lines, line => line.StartsWith("as then, Riley Reyes objected: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" approved ALONE by break-glass: ", StringComparison.Ordinal));
    }

    private static Rehearsal Asked() => new Rehearsal("message").Relay().Command(CommandVerb.Ask);

    private static string Outcome(Rehearsal night) =>
        string.Join(
            '\n',
            CardTexts.Of(CardFactory.Write(night.Incident, new PostKey(CardKind.Approval, night.Incident.Requests.Last().Question)))
        );

    private static async Task<string?[]> SaidAsync(Rehearsal night)
    {
        using var sample = await SampleJournal.WriteAsync(night.Told);
        using var activities = JsonDocument.Parse(await sample.ExportAsync("transcript"));
        return
        [
            .. activities.RootElement.EnumerateArray().Select(one => one.TryGetProperty("text", out var text) ? text.GetString() : null),
        ];
    }

    private static async Task<string> PartAsync(Rehearsal night, string format, string part)
    {
        using var sample = await SampleJournal.WriteAsync(night.Told);
        var text = Encoding.UTF8.GetString(await sample.ExportAsync(format));
        return Regex.Split(text[(text.IndexOf(part, StringComparison.Ordinal) + part.Length)..], "\n##|<h2 ")[0];
    }
}

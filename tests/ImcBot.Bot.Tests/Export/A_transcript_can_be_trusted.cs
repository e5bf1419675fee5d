using System.Text;
using System.Text.RegularExpressions;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed class A_transcript_can_be_trusted
{
    private const string Hostile =
        "<script>alert(1)</script> [x](javascript:1) | `code` **bold**\n# head\u202Egnp.exe\u0007 @everyone =cmd|' /C calc'!A0";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_written_it_verifies_and_names_its_key()
    {
        await using var room = await FilledAsync();
        var (name, content) = await WriterOf(room).WriteAsync(1, "jsonl", Token);

        var proof = await ProveAsync(content);

        Assert.Equal("INC-1.jsonl", name);
        Assert.Null(proof.Problem);
        Assert.Equal((1, 5, 0), (proof.Incident, proof.Entries, proof.Removed));
        Assert.Equal(room.Key.Print, proof.KeyPrint);
    }

    [Fact]
    public async Task Every_dropped_doubled_or_swapped_entry_is_found_and_named()
    {
        await using var room = await FilledAsync();
        var (_, content) = await WriterOf(room).WriteAsync(1, "jsonl", Token);
        var lines = Encoding.UTF8.GetString(content).TrimEnd('\n').Split('\n');

        for (var entry = 1; entry <= 5; entry++)
        {
            var dropped = await ProveAsync([.. lines[..entry], .. lines[(entry + 1)..]]);
            Assert.Contains($"Entry {entry}", dropped.Problem, StringComparison.Ordinal);
            var doubled = await ProveAsync([.. lines[..(entry + 1)], .. lines[entry..]]);
            Assert.Contains($"Entry {entry + 1}", doubled.Problem, StringComparison.Ordinal);
        }

        Assert.Contains(
            "Entry 2",
            (await ProveAsync([lines[0], lines[1], lines[3], lines[2], .. lines[4..]])).Problem,
            StringComparison.Ordinal
        );
        Assert.Contains("after entry 3", (await ProveAsync(lines[..4])).Problem, StringComparison.Ordinal);
        Assert.Contains("more after", (await ProveAsync([.. lines, lines[^1]])).Problem, StringComparison.Ordinal);
        Assert.NotNull((await ProveAsync(Array.Empty<byte>())).Problem);
    }

    [Fact]
    public async Task A_transcript_of_another_incident_or_key_does_not_pass()
    {
        await using var room = await FilledAsync();
        await using var other = await FilledAsync();
        var lines = Encoding.UTF8.GetString((await WriterOf(room).WriteAsync(1, "jsonl", Token)).Content).TrimEnd('\n').Split('\n');
        var others = Encoding.UTF8.GetString((await WriterOf(other).WriteAsync(1, "jsonl", Token)).Content).TrimEnd('\n').Split('\n');

        Assert.Contains("not signed", (await ProveAsync([others[0], .. lines[1..]])).Problem, StringComparison.Ordinal);
        Assert.Contains(
            "INC-1",
            (await ProveAsync([lines[0].Replace("INC-1", "INC-2", StringComparison.Ordinal), .. lines[1..]])).Problem,
            StringComparison.Ordinal
        );
        Assert.NotNull((await ProveAsync([.. lines[..^1], others[^1]])).Problem);
    }

    [Fact]
    public async Task Once_removed_a_text_is_in_no_format_and_the_rest_still_verifies()
    {
        await using var room = await FilledAsync();
        await room.Journal.RemoveTextsAsync(1, 5, Token);
        var (_, content) = await WriterOf(room).WriteAsync(1, "jsonl", Token);
        var (_, text) = await WriterOf(room).WriteAsync(1, "md", Token);

        var proof = await ProveAsync(content);

        Assert.Null(proof.Problem);
        Assert.Equal(2, proof.Removed);
        Assert.DoesNotContain("alert(1)", Encoding.UTF8.GetString(content), StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.Contains("\\[removed\\]", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_was_put_in_is_found()
    {
        await using var room = await FilledAsync();
        var lines = Encoding.UTF8.GetString((await WriterOf(room).WriteAsync(1, "jsonl", Token)).Content).TrimEnd('\n').Split('\n');
        var foreign = Bot.Journal.SealedValue.Of("was never said");
        lines[2] = lines[2]
            .Replace(
                "\"values\":[",
                $"\"values\":[{{\"commitment\":\"{foreign.Commitment}\",\"salt\":\"{Convert.ToBase64String(foreign.Salt)}"
                    + $"\",\"value\":\"was never said\"}},",
                StringComparison.Ordinal
            )
            .Replace("},]", "}]", StringComparison.Ordinal);

        Assert.Contains("never held", (await ProveAsync(lines)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_is_shown_and_does_nothing_else()
    {
        await using var room = await FilledAsync();
        var text = Encoding.UTF8.GetString((await WriterOf(room).WriteAsync(1, "md", Token)).Content);

        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0007", text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", text, StringComparison.Ordinal);
        Assert.Contains("\\[U+202E\\]", text, StringComparison.Ordinal);
        var row = Assert.Single(text.Split('\n'), line => line.Contains("alert", StringComparison.Ordinal));
        Assert.Equal(6, Regex.Count(row, @"(?<!\\)\|", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task It_tells_a_reviewer_who_did_what_and_when()
    {
        await using var room = await FilledAsync();
        var text = Encoding.UTF8.GetString((await WriterOf(room).WriteAsync(1, "md", Token)).Content);

        Assert.StartsWith("# INC-1: EXCH01", text, StringComparison.Ordinal);
        Assert.Contains("| 1 | 2001-09-09 01:46:40 | EXCH01 | opened: events 4102", text, StringComparison.Ordinal);
        Assert.Contains("Riley Reyes | says take", text, StringComparison.Ordinal);
        Assert.Contains("declined:", text, StringComparison.Ordinal);
        Assert.Contains(room.Key.Print, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_verify_is_said_at_the_top_and_not_told_as_true()
    {
        await using var room = await FilledAsync();
        await room.SqlAsync("update entries set bytes = replace(bytes, 'take', 'hand') where seq = 2");
        var (_, text) = await WriterOf(room).WriteAsync(1, "md", Token);
        var (_, lines) = await WriterOf(room).WriteAsync(1, "jsonl", Token);

        Assert.Contains("is frozen: Entry 2", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.DoesNotContain("says hand", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        Assert.Contains("Entry 2", (await ProveAsync(lines)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runbook_that_was_altered_in_the_database_is_believed_neither_by_an_export_nor_after_one()
    {
        await using var room = await FilledAsync();
        await room.SqlAsync(
            "update blobs set bytes = cast(replace(cast(bytes as text), 'title: ', 'title: Forged ') as blob) "
                + $"where digest = '{Some.Runbook.Digest}'"
        );
        var withoutFolder = new RunbookRepository(room.Journal, []);

        var text = Encoding.UTF8.GetString((await new TranscriptWriter(room.Journal, withoutFolder).WriteAsync(1, "md", Token)).Content);
        var loaded = await new IncidentLoader(room.Journal, withoutFolder).ReadAsync(1, Token);

        Assert.Contains("not those it opened with", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Forged", text, StringComparison.Ordinal);
        Assert.Contains("not those it opened with", loaded!.Frozen, StringComparison.Ordinal);
        Assert.Null(loaded.Incident);
    }

    [Fact]
    public async Task An_export_asked_for_in_chat_is_delivered_to_the_asker()
    {
        await using var room = await FilledAsync();
        await room.StartAsync();
        await room.TellAsync(at => new Commanded(at, CommandVerb.Export, Some.Responder, null, "jsonl"));

        await room.Channel.UntilAsync(told => told.StartsWith("deliver", StringComparison.Ordinal), Token);

        var (person, name, content) = Assert.Single(room.Channel.Delivered);
        Assert.Equal((Some.Responder.Id, "INC-1.jsonl"), (person, name));
        Assert.Null((await ProveAsync(content)).Problem);
    }

    /// <summary>Five entries: opened, taken, a declined vote, a note, and hostile talk.</summary>
    private static async Task<EngineRoom> FilledAsync()
    {
        var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new Commanded(at, CommandVerb.Take, Some.Responder, null, ""));
        await room.TellAsync(at => new Voted(at, new QuestionId(1, 99), Some.OnCall, Answer.Approve, "sure"));
        await room.TellAsync(at => new Noted(at, Some.Responder, "the backup ran at 23:10", true));
        await room.TellAsync(at => new Noted(at, Some.Responder, Hostile, false));
        return room;
    }

    private static TranscriptWriter WriterOf(EngineRoom room) => new(room.Journal, room.Runbooks);

    private static Task<TranscriptProof> ProveAsync(string[] lines) =>
        ProveAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line}\n"))));

    private static async Task<TranscriptProof> ProveAsync(byte[] content)
    {
        await using var stream = new MemoryStream(content);
        return await TranscriptCheck.VerifyAsync(stream, null, Token);
    }
}

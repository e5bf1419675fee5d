using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Tests.Commands;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Bot.Schema;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class What_keyboards_and_clients_make_of_words
{
    private static readonly Mention Bot = new(new ChannelAccount("28:bot", "ImcBot"), "<at>ImcBot</at>"),
        Lena = new(new ChannelAccount("29:lena", "Lena Lindqvist (R&D)"));

    public static TheoryData<string> OfTheField =>
        [.. Field.Files(".expect").Where(file => file.Length == 0 || File.Exists(Path.ChangeExtension(Field.PathOf(file), ".json")))];

    [Theory, MemberData(nameof(OfTheField))]
    public async Task As_the_field_says_it(string file)
    {
        Assert.SkipWhen(file.Length == 0, "The sample data of the field is not here (../shared/data/field).");
        var expected = (await File.ReadAllTextAsync(Field.PathOf(file), TestContext.Current.CancellationToken)).Trim();

        var understood = (await CommandLine.JsonAsync("hear", Path.ChangeExtension(Field.PathOf(file), ".json")))
            .GetProperty("understood")
            .GetString()!;

        // What stands behind a comma or in brackets in the expectation explains it.
        Assert.Equal(
            expected switch
            {
                "takeover ended, ImcBot goes on" => "command hand: takeover ended, ImcBot goes on",
                _ when expected.StartsWith("declined (\"", StringComparison.Ordinal) => "declined: " + expected.Split('"')[1],
                _ => expected
                    .Replace(", or an answer that says how to name the request; never silent talk", "", StringComparison.Ordinal)
                    .Replace(" (nothing of the quoted words counts)", "", StringComparison.Ordinal),
            },
            understood
        );
    }

    [Theory]
    [InlineData("<at id=\"0\">ImcBot</at> approve 7/3", "approve 7/3")]
    [InlineData("<AT>imcbot</AT>&nbsp;status", "status")]
    [InlineData("<at><span>Imc</span>Bot</at> status", "status")]
    [InlineData("<at>ImcBot</at> hand <at id='1'>Lena  Lindqvist (R&amp;D)</at>", "hand @Lena Lindqvist (R&D)")]
    [InlineData("hand <at>Somebody Else</at>", "hand @Somebody Else")]
    [InlineData("<quoted messageId=\"1\"/> status", "status")]
    [InlineData("<quoted messageId=\"1\">deny 7/3</quoted> approve 7/3", "approve 7/3")]
    [InlineData("<blockquote>deny 7/3 <blockquote>stop</blockquote> close</blockquote><p>approve 7/3</p>", "approve 7/3")]
    [InlineData("approve 7/3<blockquote>deny 7/3", "approve 7/3")]
    [InlineData("<BLOCKQUOTE itemid='1'>deny 7/3</BLOCKQUOTE><div><div>note <b>one</b></div><div>two</div></div>", "note one\n\ntwo")]
    [InlineData("<p>approve&nbsp;7/3</p>\r\n<p>&nbsp;</p>", "approve 7/3")]
    [InlineData("&gt; deny 7/3<br>&gt; &gt; stop<br>approve 7/3", "approve 7/3")]
    [InlineData("> deny 7/3\r\n\r\napprove 7/3", "approve 7/3")]
    [InlineData("note one\r\n> two", "note one\r\n> two")]
    [InlineData("&gt; 90 % full", "> 90 % full")]
    [InlineData("<at>Imc</at> hand <at>Lena</at>", "hand @Lena Lindqvist (R&D)")]
    [InlineData("note a &lt;b&gt; and 1 < 2", "note a <b> and 1 < 2")]
    [InlineData("<p>\u200b</p>\u2060&nbsp;", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Of_the_text_of_an_activity_what_was_typed_is_left(string? text, string typed) =>
        Assert.Equal(typed, TypedText.Of(text, [Bot, Lena], "28:bot"));

    [Theory]
    [InlineData("approve 7\u20443")]
    [InlineData("approve 7\uff0f3")]
    [InlineData("approve 7\u22153")]
    [InlineData("approve #7/3")]
    [InlineData("approve 7 / 3")]
    [InlineData("approve 7/\u200b3")]
    [InlineData("approve \u200f7/3")]
    [InlineData("approve 7\ufe0f/3\ufe0f")]
    [InlineData("\u200bapprove\u00a07/3")]
    [InlineData("approve\u200b7/3")]
    [InlineData("\uff41pprove \uff17/\uff13")]
    [InlineData("approve \u0667/\u0663")]
    [InlineData("\u3164approve\u2800 7/\u115f3")]
    [InlineData("approve 7\u180b/\uffa03")]
    [InlineData("\U0001F44D\U0001F3FD approve 7/3")]
    [InlineData("\u2705\ufe0fapprove 7/3")]
    [InlineData("\u201capprove 7/3\u201d")]
    [InlineData("**approve 7/3**")]
    [InlineData("`approve` `7/3`")]
    [InlineData("Approve: INC\u20117/3.")]
    [InlineData("approve (inc 7/3)")]
    public void A_request_is_named_however_its_number_was_typed(string text) =>
        Assert.Equal(
            new Answers(new Voted(0, new QuestionId(7, 3), Some.Responder, Answer.Approve, "")),
            ChatCommand.Read(text, isAddressed: false, Some.Responder)
        );

    [Theory]
    [InlineData("deny\u2014stop 7/3 the disk \u2014 it\u2019s full\u200b", "deny-stop", "the disk \u2014 it\u2019s full\u200b")]
    [InlineData("break\u2011glass 7/3 \u201cnow\u201d", "break-glass", "\u201cnow\u201d")]
    public void Free_text_stays_as_it_was_typed(string text, string word, string why) =>
        Assert.Equal(
            new Answers(new Voted(0, new QuestionId(7, 3), Some.Responder, word == "deny-stop" ? Answer.DenyStop : Answer.BreakGlass, why)),
            ChatCommand.Read(text, isAddressed: false, Some.Responder)
        );

    [Theory]
    [InlineData("\u2014at 03:10 restarted", "03:10", "restarted")]
    [InlineData("\u2212\u2212at 3:10 restarted", "03:10", "restarted")]
    [InlineData("\u2013\u2013AT 03:10  restarted \u2014 twice", "03:10", "restarted \u2014 twice")]
    [InlineData("--at 03:10\u200b restarted", "03:10", "restarted")]
    [InlineData("--at 3:10 pm restarted", "15:10", "restarted")]
    [InlineData("\u2014at 12:05 A.M. restarted", "00:05", "restarted")]
    [InlineData("--at 3:10pm: restarted", "15:10", "restarted")]
    [InlineData("--at 03:10 pmon restarted", "03:10", "pmon restarted")]
    [InlineData("at 03:10 restarted", null, "at 03:10 restarted")]
    [InlineData("--attached", null, "--attached")]
    [InlineData("\u2014at 2026\u201112\u201131 3:10 pm restarted", "2026-12-31 15:10", "restarted")]
    [InlineData("--at 2026-12-31T03:10Z restarted", "2026-12-31 03:10", "restarted")]
    public void The_time_of_a_note_is_read_behind_any_dash(string argument, string? at, string text)
    {
        var (when, said) = NoteTime.Read(argument);

        Assert.Equal((at, text), (when?.ToString(), said));
    }

    [Theory]
    [InlineData("approve it please", "approve")]
    [InlineData("Approved, go on", "approve")]
    [InlineData("aprove seven three", "approve")]
    [InlineData("deny, it is too early", "deny")]
    [InlineData("approve 7 or 3", "approve")]
    public void An_answer_that_could_not_be_read_is_known_as_one(string text, string word) =>
        Assert.Equal(word, Assert.IsType<Talk>(ChatCommand.Read(text, isAddressed: false, Some.Responder)).Answer);

    [Theory]
    [InlineData("see 7/3 above")]
    [InlineData("and INC-7 too")]
    [InlineData("the approval is late")]
    public void Talk_about_a_request_is_talk_and_no_command_is_suggested_for_it(string text) =>
        Assert.Equal(new Talk(), ChatCommand.Read(text, isAddressed: false, Some.Responder));

    [Fact]
    public void Attachments_alone_are_told_by_kind_and_name()
    {
        Assert.Equal(
            "1 attachment without words, image (no name)",
            AttachmentWords.Of([new("image/*", "https://x"), new("text/html", content: "<img>")])
        );
        Assert.Equal(
            "2 attachments without words, file (app.log), Loop component (no name)",
            AttachmentWords.Of([
                new("application/vnd.microsoft.teams.file.download.info", name: "app.log"),
                new("application/vnd.microsoft.card.fluidEmbedCard"),
            ])
        );
        Assert.Null(AttachmentWords.Of([new("text/html", content: "<p>x</p>")]));
        Assert.Null(AttachmentWords.Of(null));
    }
}

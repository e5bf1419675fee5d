using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class What_people_mean
{
    [Theory]
    [InlineData("status", "status")]
    [InlineData("  Status  ", "status")]
    [InlineData("/why", "why")]
    [InlineData("take!", "take")]
    [InlineData("start-once", "start-once")]
    [InlineData("go-on", "go-on")]
    [InlineData("takeover", "takeover")]
    public void A_command_is_a_command_with_and_without_a_mention(string text, string word)
    {
        Assert.Equal(word, Words.Kebab(Assert.IsType<Ordered>(ChatCommand.Read(text, isAddressed: false, Some.Responder)).Verb));
        Assert.Equal(word, Words.Kebab(Assert.IsType<Ordered>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Verb));
    }

    [Theory]
    [InlineData("approve 7/3", Answer.Approve, "")]
    [InlineData("approve INC-7/3 looks fine", Answer.Approve, "looks fine")]
    [InlineData("APPROVE 7/3:", Answer.Approve, "")]
    [InlineData("deny 7/3 the queue is being copied", Answer.DenyNext, "the queue is being copied")]
    [InlineData("deny-stop inc-7/3 enough", Answer.DenyStop, "enough")]
    public void An_answer_names_its_request_and_keeps_its_reason(string text, object answer, string why) =>
        Assert.Equal(
            new Answers(new Voted(0, new QuestionId(7, 3), Some.Responder, (Answer)answer, why)),
            ChatCommand.Read(text, isAddressed: false, Some.Responder)
        );

    [Theory]
    [InlineData("close not yet")]
    [InlineData("done not")]
    [InlineData("done, not yet!")]
    [InlineData("skip no")]
    [InlineData("undo 7/2 not now")]
    [InlineData("approve 7/3 no")]
    [InlineData("approve 7/3 don’t")]
    [InlineData("break-glass 7/3 never")]
    [InlineData("follow-up 1 not done")]
    [InlineData("approve 7/3 — not yet")]
    [InlineData("approve 7/3 … not yet")]
    [InlineData("approve 7/3 (not yet)")]
    [InlineData("approve 7/3 “no”")]
    [InlineData("approve 7/3 - no")]
    [InlineData("approve 7/3 do not")]
    [InlineData("approve 7/3 no, wait")]
    [InlineData("approve 7/3 wait for the backup")]
    [InlineData("approve 7/3 👎")]
    [InlineData("approve 7/3 ❌")]
    [InlineData("close – not yet")]
    [InlineData("close (no)")]
    [InlineData("done — not yet")]
    public void A_word_that_is_taken_back_by_the_next_is_not_done(string text) =>
        Assert.Contains(
            "nothing was done",
            Assert.IsType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Sentence,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("approve 7/3 ?", "is read as a question")]
    [InlineData("deny-stop 7/3 ?!", "is read as a question")]
    [InlineData("close ?", "is read as a question")]
    [InlineData("approve 7/3 or wait?", "is read as a question")]
    [InlineData("approve 7/3 is the disk full?", "is read as a question")]
    [InlineData("approve? 7/3", "is read as a question")]
    [InlineData("close?", "is read as a question")]
    [InlineData("stop？", "is read as a question")]
    [InlineData("Resume??", "is read as a question")]
    [InlineData("retry?!", "is read as a question")]
    [InlineData("hand?", "is read as a question")]
    [InlineData("close ❓", "is read as a question")]
    [InlineData("close INC-8?", "is read as a question")]
    [InlineData("approve 7/3 and 8/2", "one request at a time")]
    [InlineData("approve 7/3 8/2", "one request at a time")]
    [InlineData("approve 7/3, 7/4", "one request at a time")]
    [InlineData("deny 7/3.5", "one request at a time")]
    [InlineData("close incident 8", "'close INC-8' means that incident")]
    [InlineData("close #8 false alarm", "'close INC-8' means that incident")]
    [InlineData("close 8 false alarm", "'close INC-8' means that incident")]
    [InlineData("stop INC-08", "'stop INC-8' means that incident")]
    [InlineData("done #8", "'done INC-8' means that incident")]
    [InlineData("close 8", "'close INC-8' means that incident")]
    [InlineData("stop #8.", "'stop INC-8' means that incident")]
    [InlineData("escalate 8", "'escalate INC-8' means that incident")]
    [InlineData("skip 3", "'skip INC-3' means that incident")]
    [InlineData("skip antivirus", "'ask antivirus'")]
    [InlineData("skip SMTP log", "'ask SMTP log'")]
    public void What_is_not_read_with_a_word_keeps_it_from_being_done(string text, string says)
    {
        var sentence = Assert.IsType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Sentence;
        Assert.Contains("nothing was done", sentence, StringComparison.Ordinal);
        Assert.Contains(says, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("skip it, please")]
    [InlineData("skip this step")]
    [InlineData("skip it for now")]
    [InlineData("skip")]
    [InlineData("skip later.")]
    [InlineData("skip, done by hand")]
    [InlineData("retract 3")]
    [InlineData("stop everything now")]
    [InlineData("done, restarted the MTA at 03:10")]
    [InlineData("close INC-8 false alarm")]
    [InlineData("done 3 messages deleted by hand")]
    [InlineData("deny 7/3 why now?")]
    [InlineData("status ?")]
    [InlineData("why?")]
    [InlineData("undo 2")]
    [InlineData("ask 3")]
    [InlineData("note ?")]
    public void What_people_add_to_a_word_does_not_keep_it_from_being_done(string text) =>
        Assert.IsNotType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder));

    [Theory]
    [InlineData("approve 7/3 no user is on it")]
    [InlineData("deny 7/3 no")]
    [InlineData("note not yet")]
    public void A_reason_may_begin_with_a_no(string text) =>
        Assert.IsNotType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder));

    [Theory]
    [InlineData("close INC-8—false alarm", 8)]
    [InlineData("stop INC-8; wrong host", 8)]
    [InlineData("resume INC-8…", 8)]
    [InlineData("takeover INC-8。", 8)]
    [InlineData("close (INC-8)", 8)]
    public void An_incident_that_is_named_is_the_one_that_is_meant_whatever_stands_behind_its_number(string text, int incident) =>
        Assert.Equal(incident, Assert.IsType<Ordered>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Incident);

    [Theory]
    [InlineData("approve 7/3/2026")]
    [InlineData("approve 7/3rd")]
    public void A_date_is_no_request(string text) =>
        Assert.StartsWith(
            "Say which request",
            Assert.IsType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Sentence,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("ok, approve 7/3", "approve")]
    [InlineData("+1 approve INC-7/3", "approve")]
    [InlineData("• approve 7/3", "approve")]
    [InlineData("I deny 7/3", "deny")]
    [InlineData("break glass 7/3 nobody answers", "approve")]
    public void An_answer_behind_other_words_is_no_answer_and_is_told_so(string text, string answer) =>
        Assert.Equal(new Talk(answer), ChatCommand.Read(text, isAddressed: false, Some.Responder));

    [Theory]
    [InlineData("on it…")]
    [InlineData("on it—")]
    [InlineData("I’m on it…")]
    [InlineData("**on it**")]
    public void On_it_is_heard_whatever_stands_at_its_edges(string text) =>
        Assert.Equal(new Ordered(CommandVerb.OnIt, null, null, ""), ChatCommand.Read(text, isAddressed: false, Some.Responder));

    [Theory]
    [InlineData("open MX‑01", "MX-01")]
    [InlineData("open EXCH01\u200b", "EXCH01")]
    [InlineData("open “EXCH01”.", "EXCH01")]
    public void A_host_is_read_as_it_is_meant(string text, string host) =>
        Assert.Equal(new Opens(host), ChatCommand.Read(text, isAddressed: true, Some.Responder));

    [Theory]
    [InlineData("ask disk–space.", CommandVerb.Ask, "disk-space")]
    [InlineData("ask #3", CommandVerb.Ask, "3")]
    [InlineData("redact 12\u200b", CommandVerb.Redact, "12")]
    public void What_is_named_behind_a_word_is_read_as_it_is_meant(string text, object verb, string name) =>
        Assert.Equal(new Ordered((CommandVerb)verb, null, null, name), ChatCommand.Read(text, isAddressed: true, Some.Responder));

    [Theory]
    [InlineData("stop shouting please")]
    [InlineData("take the second disk out")]
    [InlineData("why is it so slow")]
    [InlineData("the store died again")]
    [InlineData("export of the mailboxes failed")]
    [InlineData("close INC-8's ticket please")]
    [InlineData("ok")]
    [InlineData("")]
    public void Talk_among_people_is_no_command(string text) =>
        Assert.IsType<Talk>(ChatCommand.Read(text, isAddressed: false, Some.Responder));

    [Theory]
    [InlineData("aprove 7/3", "approve 7/3")]
    [InlineData("dney 7/3 because", "deny 7/3 because")]
    [InlineData("stauts", "status")]
    [InlineData("messges", "messages")]
    [InlineData("excalate INC-7", "escalate INC-7")]
    public void A_slip_is_answered_with_the_nearest_command(string text, string meant) =>
        Assert.EndsWith(
            "Did you mean: " + meant,
            Assert.IsType<Mistaken>(ChatCommand.Read(text, isAddressed: false, Some.Responder)).Sentence,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("frobnicate", "'frobnicate' is no command. Type help for the list.")]
    [InlineData("approve", "Say which request: approve 7/3. The number stands on the card.")]
    [InlineData("deny", "Say which request: deny 7/3 why. The number stands on the card.")]
    [InlineData("open", "Say which host: open EXCH01.")]
    [InlineData("relay", "Say relay add HOST, relay list, or relay revoke ID.")]
    [InlineData("relay add", "Say relay add HOST, relay list, or relay revoke ID.")]
    [InlineData("export pdf", "There is no form 'pdf'; there are html, md, jsonl, transcript. A browser prints the page (html) as PDF.")]
    [InlineData("note", "Say what to note: note the disk was swapped at noon.")]
    public void What_is_incomplete_is_answered_with_what_to_say(string text, string sentence) =>
        Assert.Equal(sentence, Assert.IsType<Mistaken>(ChatCommand.Read(text, isAddressed: true, Some.Responder)).Sentence);

    [Fact]
    public void An_incident_may_be_named_by_its_number()
    {
        Assert.Equal(new Ordered(CommandVerb.Pause, null, 7, ""), ChatCommand.Read("pause INC-7", isAddressed: false, Some.Responder));
        Assert.Equal(new Ordered(CommandVerb.Undo, null, 7, "7/2"), ChatCommand.Read("undo 7/2", isAddressed: false, Some.Responder));
        Assert.Equal(
            new Ordered(CommandVerb.Note, null, null, "the disk was swapped"),
            ChatCommand.Read("note the disk was swapped", isAddressed: false, Some.Responder)
        );
        Assert.Equal(new Opens("EXCH01"), ChatCommand.Read("open EXCH01", isAddressed: false, Some.Responder));
        Assert.Equal(new Opens("EXCH01", "Q317653"), ChatCommand.Read("open EXCH01  Q317653", isAddressed: false, Some.Responder));
        Assert.Equal(new Relaying("revoke", "relay-1"), ChatCommand.Read("relay revoke relay-1", isAddressed: true, Some.Responder));
    }

    [Theory]
    [InlineData("ask", CommandVerb.Ask)]
    [InlineData("recommended", CommandVerb.Recommended)]
    [InlineData("end", CommandVerb.End)]
    public void A_click_is_the_same_command(string verb, object command) =>
        Assert.Equal(
            new Ordered((CommandVerb)command, new QuestionId(7, 3), 7, ""),
            ChatCommand.Read(Click(verb, ("incident", "INC-7"), ("question", "INC-7/3")), Some.Responder)
        );

    [Theory]
    [InlineData("approve", Answer.Approve)]
    [InlineData("deny-next", Answer.DenyNext)]
    [InlineData("deny-stop", Answer.DenyStop)]
    public void A_clicked_answer_carries_its_reason(string verb, object answer) =>
        Assert.Equal(
            new Answers(new Voted(0, new QuestionId(7, 3), Some.Responder, (Answer)answer, "so be it", Plan: "")),
            ChatCommand.Read(Click(verb, ("question", "INC-7/3"), ("why", "so be it")), Some.Responder)
        );

    [Theory]
    [InlineData("")]
    [InlineData("drop-table")]
    public void An_unknown_button_is_answered(string verb) =>
        Assert.IsType<Mistaken>(ChatCommand.Read(Click(verb, ("question", "INC-7/3")), Some.Responder));

    [Fact]
    public void A_button_whose_data_was_forged_names_nothing() =>
        Assert.IsType<Mistaken>(
            ChatCommand.Read(Click("approve", ("question", "INC-7/3; DROP"), ("incident", "INC-99999999999999")), Some.Responder)
        );

    private static Click Click(string verb, params (string Name, string Value)[] data) =>
        new(verb, data.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}

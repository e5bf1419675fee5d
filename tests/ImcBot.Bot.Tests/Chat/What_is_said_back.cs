using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class What_is_said_back
{
    private const string Thread = "19:channel;messageid=1";

    private static readonly Dictionary<string, Func<Incident>> Moments = new(StringComparer.Ordinal)
    {
        ["surveying"] = () => new Rehearsal("message").Incident,
        ["offered"] = () => new Rehearsal("message").Relay().Incident,
        ["asked"] = () => new Rehearsal("message").Relay().Command(CommandVerb.Ask).Incident,
        ["held up"] = () =>
            new Rehearsal("message")
                .Relay()
                .Command(CommandVerb.Ask)
                .Command(CommandVerb.Take)
                .Vote(Answer.DenyNext, Some.Responder)
                .Incident,
        ["planning"] = () => new Rehearsal("message").Relay().Command(CommandVerb.StartOnce).Incident,
        ["paused"] = () => new Rehearsal("message").Relay().Command(CommandVerb.Pause).Incident,
        ["taken over"] = () => new Rehearsal("message").Relay().Command(CommandVerb.Takeover).Incident,
        ["escalated"] = () => new Rehearsal("message").Relay().Command(CommandVerb.Escalate).Incident,
        ["flowing"] = () =>
            new Rehearsal { ServiceUp = true }
                .Relay()
                .Incident,
        ["searching"] = () => new Rehearsal("message").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Fetch().Incident,
        ["resolved"] = () => new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched().Incident,
        ["closed"] = () =>
            new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17))
                .Searched()
                .Command(CommandVerb.Take)
                .Command(CommandVerb.Close)
                .Incident,
    };

    private static readonly Dictionary<CommandVerb, string> Arguments = new()
    {
        [CommandVerb.Hand] = " @Olu Adeyemi",
        [CommandVerb.Review] = " @Olu Adeyemi",
        [CommandVerb.Note] = " a word",
        [CommandVerb.FollowUp] = " 1 done",
        [CommandVerb.Messages] = " return all",
        [CommandVerb.Redact] = " 1",
    };

    private readonly FakeIncidents _incidents = new();
    private readonly ChatHandler _chat;

    public What_is_said_back()
    {
        var options = new OnCallOptions();
        options.Roles[Role.OnCall] = [Some.OnCall.Id];
        options.Roles[Role.Administrator] = [Some.Lead.Id];
        var duty = new OnCallRoster(Options.Create(options));
        var channel = new FakeChannel();
        _chat = Listeners.Of(
            _incidents,
            duty,
            new Headers(new EphemeralJobs(new ChangeSignals(), TimeProvider.System), channel, NullLogger<Headers>.Instance),
            channel
        );
    }

    public static TheoryData<string, bool> Every => [.. Moments.Keys.SelectMany(moment => new[] { (moment, true), (moment, false) })];

    [Theory, MemberData(nameof(Every))]
    public async Task Every_command_and_every_button_is_answered_in_a_sentence_at_every_moment(string moment, bool isClick)
    {
        foreach (var verb in Vocabulary.Verbs.Values.Where(verb => !isClick || !Arguments.ContainsKey(verb)))
        {
            var incident = Show(Moments[moment]());
            var word = Words.Kebab(verb);

            var reply = isClick
                ? await ClickAsync(word, incident)
                : await SayAsync(word + Arguments.GetValueOrDefault(verb), Some.OnCall, Some.OnCall);

            var said = reply.Text ?? _incidents.Decisions.LastOrDefault()?.Effects.OfType<Say>().FirstOrDefault()?.Text.Value;
            Assert.True(reply.Card is not null || said is { Length: > 5 }, $"'{word}' while {moment} is answered with «{said}».");
            Assert.DoesNotContain("Taken", said ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("  ", said ?? "", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("offered", "take", "Olu Adeyemi owns INC-7. INC-7 now: next: ")]
    [InlineData("offered", "ask", "Approval of 7/2 is asked of Olu Adeyemi")]
    [InlineData("planning", "status", null)]
    [InlineData("offered", "skip", "skipped. INC-7 now: ")]
    [InlineData("offered", "pause", "INC-7 now: waiting for a person: Paused by Olu Adeyemi.")]
    [InlineData("offered", "escalate", "INC-7 now: escalated to people.")]
    [InlineData("paused", "resume", "INC-7 now: checking every cause.")]
    [InlineData("searching", "end", "The search ends after run ")]
    [InlineData("asked", "on-it", "nobody else is called for it")]
    [InlineData("closed", "take", "INC-7 is closed.")]
    public async Task What_is_said_is_what_was_decided(string moment, string word, string? sentence)
    {
        Show(Moments[moment]());

        var reply = await SayAsync(word, Some.OnCall);

        if (sentence is null)
        {
            Assert.NotNull(reply.Card);
            return;
        }

        Assert.Contains(sentence, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_planned_first_is_said_to_be()
    {
        Show(Moments["offered"]());

        var reply = await SayAsync("start-once", Some.OnCall);

        Assert.StartsWith("The relay plans it, then the approvers are asked: ", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_thread_is_told_anyway_is_not_said_twice_and_a_click_hears_it_too()
    {
        Show(Moments["asked"]());
        var typed = await SayAsync("hand @Olu Adeyemi", Some.Responder, Some.OnCall);
        Show(Moments["asked"]());
        var clicked = await ClickAsync("takeover", _incidents.Of(7));

        Assert.Equal(Reply.None, typed);
        Assert.Contains(" handed INC-7 to Olu Adeyemi.", _incidents.Decisions[0].Effects.OfType<Say>().Single().Text.Value);
        Assert.Contains("has taken over", clicked.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Every))]
    public async Task Help_is_eight_lines_at_most_and_offers_nothing_that_would_be_declined(string moment, bool isOnCall)
    {
        var by = isOnCall ? Some.OnCall : Some.Person("11111111-0000-0000-0000-000000000008", "Bo Bystander");
        Show(Moments[moment]());

        var lines = (await SayAsync("help", by)).Text!.Split('\n');

        Assert.InRange(lines.Length, 2, Help.MostLines);
        Assert.Contains("**help all**", lines[^1], StringComparison.Ordinal);
        foreach (var word in lines.Where(line => line[0] == '-').SelectMany(line => line.Split("**")[1].Split(" · ")))
        {
            if (word.Contains('@') || word.StartsWith("help", StringComparison.Ordinal))
            {
                continue;
            }

            Show(Moments[moment]());
            var before = _incidents.Decisions.Count;
            var answer = await SayAsync(word, by);
            Assert.True(
                _incidents.Decisions.Skip(before).All(decision => decision.Declined is null),
                $"'{word}' while {moment} is declined: {answer.Text}"
            );
            Assert.DoesNotContain("is no command", answer.Text ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_note_that_a_frozen_incident_does_not_keep_is_not_said_to_be_noted()
    {
        _incidents.With(new Rehearsal("message").Incident with { Thread = Thread });
        _incidents.Frozen = "INC-7 is frozen: entry 3 does not verify.";

        var reply = await SayAsync("note restarted it", Some.OnCall);

        Assert.Equal("INC-7 is frozen: entry 3 does not verify. The note was not kept.", reply.Text);
    }

    [Theory]
    [InlineData("01:46", "2001-09-09 01:46 UTC, 1 min ago")]
    [InlineData("2001-09-08 02:10", "2001-09-08 02:10 UTC, 23 h 37 min ago")]
    [InlineData("2001-09-08T14:10Z", "2001-09-08 14:10 UTC, 11 h 37 min ago")]
    public async Task When_work_was_done_by_hand_is_said_back_as_it_was_understood(string typed, string understood)
    {
        Show(Moments["asked"]());
        _incidents.Now = Some.Start + 60_000_000;

        var reply = await SayAsync($"note --at {typed} restarted it", Some.OnCall);

        Assert.Equal($"Noted as reported, not observed: done {understood}.", reply.Text);
        var noted = Assert.IsType<Noted>(_incidents.Told.Last());
        Assert.Equal(("restarted it", understood.Split(',')[0]), (noted.Text.Value, Moment.Utc(noted.Done!.Value)));
    }

    [Theory]
    [InlineData("02:10", "02:10 is read as UTC: that was 2001-09-08 02:10 UTC, before INC-7 began", "note --at 2001-09-08 02:10")]
    [InlineData("01:44", "01:44 is read as UTC: that was 2001-09-09 01:44 UTC, before INC-7 began", "note --at 2001-09-09 01:44")]
    [InlineData("2001-09-09 02:10", "2001-09-09 02:10 UTC is still to come", "it is 2001-09-09 01:46 UTC now")]
    public async Task A_time_that_no_work_on_this_incident_can_have_been_done_at_is_not_kept(string typed, string why, string how)
    {
        Show(Moments["asked"]());

        var reply = await SayAsync($"note --at {typed} restarted it", Some.OnCall);

        Assert.Contains(why, reply.Text, StringComparison.Ordinal);
        Assert.Contains(how, reply.Text, StringComparison.Ordinal);
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task Help_begins_with_what_waits_for_this_person()
    {
        var incident = Show(Moments["asked"]());
        var question = incident.Request!.Question.Short;

        var approver = (await SayAsync("help", Some.OnCall)).Text!.Split('\n');
        var responder = (await SayAsync("help", Some.Responder)).Text!.Split('\n');

        Assert.StartsWith($"- **approve {question} · deny {question} why**: you may answer: ", approver[1], StringComparison.Ordinal);
        Assert.StartsWith($"- **deny {question} why**: say no to: ", responder[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_offered_a_yes_while_the_owner_holds_the_request_up()
    {
        var request = Show(Moments["held up"]()).Request!;

        var approver = (await SayAsync("help", Some.OnCall)).Text!;
        var owner = (await SayAsync("help", Some.Responder)).Text!;
        var status = (await SayAsync("status", Some.OnCall)).Card!.Value.GetRawText();

        Assert.All([approver, owner], said => Assert.Contains("HELD UP by the owner for another 10 min", said, StringComparison.Ordinal));
        Assert.Contains($"HELD UP by the owner until {Moment.Time(request.PausedUntil!.Value)}", status, StringComparison.Ordinal);
        Assert.All([approver, owner, status], said => Assert.DoesNotContain("approve 7/", said, StringComparison.Ordinal));
        Assert.Contains($"deny {request.Question.Short} why", status, StringComparison.Ordinal);
        Assert.All(
            [approver, owner, status.Replace("\\u0027", "'", StringComparison.Ordinal)],
            said => Assert.Contains($"refusing it for all needs {request.Approval.Words}", said, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_late_yes_to_what_is_not_offered_again_hears_how_to_ask_for_it_and_no_more()
    {
        var undo = new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Vote(Answer.Approve).Relay();
        var of = undo.Incident.Requests.Last().Question;
        var request = Show(undo.Command(CommandVerb.Undo, argument: $"{of.Number}").Relay().Incident).Request!;
        _incidents.Now = request.ExpiresAt;

        var reply = await SayAsync($"approve {request.Question.Short}", Some.OnCall);

        Assert.Equal($"Too late: {request.Question.Short} had expired. 'undo {of.Number}' asks for it again.", reply.Text);
    }

    [Fact]
    public async Task A_late_yes_to_what_is_asked_again_hears_that_it_is()
    {
        var request = Show(new Rehearsal("threads").Relay().Command(CommandVerb.Ask).Incident).Request!;
        _incidents.Now = request.ExpiresAt;

        var reply = await SayAsync($"approve {request.Question.Short}", Some.OnCall);

        Assert.Equal($"Too late: {request.Question.Short} had expired. It is planned anew and asked again.", reply.Text);
    }

    [Fact]
    public async Task Help_outside_every_thread_tells_what_is_open_and_administrators_their_own_words()
    {
        for (var number = 7; number < 13; number++)
        {
            _incidents.With(Moments["asked"]() with { Number = number, Host = $"EXCH{number}" });
        }

        var person = (await SayAsync("help", Some.Responder, thread: "elsewhere")).Text!;
        var administrator = (await SayAsync("help", Some.Lead, thread: "elsewhere")).Text!;

        Assert.Contains("**status INC-7**: EXCH7 mail down", person, StringComparison.Ordinal);
        Assert.Contains("all 6 that are open", person, StringComparison.Ordinal);
        Assert.DoesNotContain("relay add", person, StringComparison.Ordinal);
        Assert.Contains("relay add HOST", administrator, StringComparison.Ordinal);
        Assert.InRange(administrator.Split('\n').Length, 2, Help.MostLines);
    }

    [Fact]
    public async Task Help_all_lists_every_word()
    {
        Show(Moments["asked"]());

        var help = (await SayAsync("help all", Some.Responder)).Text!;

        Assert.All(Vocabulary.All.Except(["help"]), word => Assert.Contains(word, help, StringComparison.Ordinal));
    }

    private Incident Show(Incident incident)
    {
        var shown = incident with { Thread = Thread };
        _incidents.With(shown);
        return shown;
    }

    private Task<Reply> SayAsync(string text, Person by, Person? mentioned = null, string thread = Thread) =>
        HearAsync(new(Member(by), thread, false, mentioned is not null, text, mentioned is null ? [] : [Member(mentioned)]));

    private Task<Reply> ClickAsync(string verb, Incident incident) =>
        HearAsync(
            new(
                Member(Some.OnCall),
                Thread,
                false,
                false,
                "",
                [],
                new Click(verb, new Dictionary<string, string>(StringComparer.Ordinal) { ["incident"] = incident.Name })
            )
        );

    private Task<Reply> HearAsync(Heard heard) => _chat.HearAsync(heard, TestContext.Current.CancellationToken);

    private static Member Member(Person person) => new(person.Id, "29:" + person.Id, person.Name.ToString());
}

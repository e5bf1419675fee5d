using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

public sealed class What_the_listener_does
{
    private const string Thread = "19:channel;messageid=1";

    private readonly FakeIncidents _incidents = new();
    private readonly EphemeralJobs _privately = new(new ChangeSignals(), TimeProvider.System);
    private readonly FakeChannel _channel = new();
    private readonly Headers _headers;
    private readonly ChatHandler _listener;

    public What_the_listener_does()
    {
        var options = new OnCallOptions();
        options.Roles[Role.OnCall] = [Some.OnCall.Id];
        options.Roles[Role.Administrator] = [Some.Lead.Id];
        _headers = new Headers(_privately, _channel, NullLogger<Headers>.Instance);
        _listener = Listeners.Of(_incidents, new OnCallRoster(Options.Create(options)), _headers);
    }

    /// <summary>An incident that has ended with mail held.</summary>
    private static Incident Held => new FakeSpool(60, new HashSet<int> { 17 }, IndexSet.Of(17)).Searched().Incident;

    private static Rehearsal Asked => new Rehearsal("message").Relay().Command(CommandVerb.Ask);

    [Fact]
    public async Task Who_votes_is_known_from_the_activity_and_roles_from_the_options()
    {
        var incident = Show(Asked.Incident);

        var reply = await SayAsync($"approve {incident.Request!.Question.Short} go", Some.OnCall);

        var vote = Assert.IsType<Voted>(Assert.Single(_incidents.Told));
        Assert.Equal((Some.OnCall.Id, Answer.Approve, "go"), (vote.By.Id, vote.Answer, vote.Why.Value));
        Assert.Equal(["on-call"], vote.By.Roles);
        Assert.Equal("Approved.", reply.Text);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status INC-7")]
    [InlineData("open EXCH01")]
    [InlineData("messages")]
    [InlineData("stats 30d")]
    [InlineData("approve 7/3")]
    [InlineData("nonsense")]
    public async Task Where_others_may_read_no_state_is_told_and_nothing_is_done(string text)
    {
        var incident = Show(Asked.Incident);

        var reply = await HearAsync(new(Member(Some.OnCall), "19:a-group-chat@thread.v2", false, true, text, []) { IsElsewhere = true });

        Assert.Contains("others than my team may read", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(incident.Host, reply.Text, StringComparison.Ordinal);
        Assert.Null(reply.Card);
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task Talk_among_people_elsewhere_is_left_alone() =>
        Assert.Equal(
            Reply.None,
            await HearAsync(
                new(Member(Some.OnCall), "19:a-group-chat@thread.v2", false, false, "close of business is at five", [])
                {
                    IsElsewhere = true,
                }
            )
        );

    [Fact]
    public async Task In_its_own_thread_an_incident_is_told_wherever_that_is()
    {
        Show(Asked.Incident);

        Assert.NotNull((await HearAsync(new(Member(Some.OnCall), Thread, false, true, "status", []) { IsElsewhere = true })).Card);
    }

    [Fact]
    public async Task A_person_without_the_role_is_told_why_not()
    {
        var incident = Show(Asked.Incident);

        var reply = await SayAsync($"approve {incident.Request!.Question.Short}", Some.Responder);

        Assert.Contains("needs the role 'on-call'", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_no_of_a_person_without_the_role_is_told_to_be_an_objection_and_the_owners_to_be_a_pause()
    {
        var incident = Show(Asked.Incident);
        var objection = await SayAsync(
            $"deny {incident.Request!.Question.Short} not now",
            Some.Person("11111111-0000-0000-0000-000000000008", "Bo Bystander")
        );
        var pause = await SayAsync($"deny {incident.Request!.Question.Short} not now", Some.Responder);

        Assert.Contains("objection stands on the card; refusing 7/2 for all needs 1 'on-call'", objection.Text, StringComparison.Ordinal);
        Assert.Contains("held up for 10 min", pause.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Refused",
            (await SayAsync($"deny {incident.Request!.Question.Short} no", Some.OnCall)).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ask threads")]
    [InlineData("ask 5")]
    [InlineData("@ImcBot ask threads raise")]
    public async Task A_step_that_was_refused_is_asked_for_by_name(string words)
    {
        Show(new Rehearsal("threads").Relay().Command(CommandVerb.Skip).Relay().Incident);

        await SayAsync(words.Replace("@ImcBot ", "", StringComparison.Ordinal), Some.Responder, addressed: words[0] == '@');

        Assert.Equal(new Choice("threads", "raise"), Assert.IsType<Commanded>(Assert.Single(_incidents.Told)).Choice);
    }

    [Fact]
    public async Task Talk_that_begins_with_ask_is_talk_and_an_unknown_step_is_told_with_those_there_are()
    {
        Show(new Rehearsal("threads").Relay().Incident);

        await SayAsync("ask Olu about the disk", Some.Responder);
        var reply = await SayAsync("ask nothing", Some.Responder, addressed: true);

        Assert.IsType<Noted>(Assert.Single(_incidents.Told));
        Assert.Contains("1 disk-space", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_go_to_the_asker_alone_and_into_no_fact()
    {
        var held = Held;
        var message = held.Search!.Held.First();

        var told = _headers.TellAsync(held, message, Some.OnCall.Id, CancellationToken.None);
        var job = Assert.Single(_privately.For(held.Relay, new Poll([])));
        var elsewhere = _privately.For("another-relay", new Poll([]));
        var report = new Report(
            job.Run,
            JobKind.Check,
            Verdict.Clear,
            "Headers.",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["headers"] = "Subject: the secret" },
            0
        );
        var foreign = _privately.Takes("another-relay", report);
        var taken = _privately.Takes(held.Relay, report);
        await told;

        Assert.Equal("mail.headers", job.Check!.Use);
        Assert.Empty(elsewhere);
        Assert.True(foreign && taken);
        Assert.Equal(
            (Some.OnCall.Id, true),
            (_channel.Posts.Single().Thread, _channel.Posts.Single().Message.Text.Contains("the secret", StringComparison.Ordinal))
        );
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task Whoever_asked_for_headers_is_told_when_they_cannot_be_asked_for()
    {
        await _headers.TellAsync(Held with { Search = null }, 0, Some.OnCall.Id, CancellationToken.None);

        var (person, message) = Assert.Single(_channel.Posts);
        Assert.Equal(Some.OnCall.Id, person);
        Assert.Contains("could not be asked for", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_headers_were_asked_for_is_told_and_the_thread_hears_nothing_of_them()
    {
        Show(Held);

        var reply = await SayAsync($"messages headers {Held.Search!.Held.First() + 1}", Some.OnCall);

        Assert.Equal(CommandVerb.Messages, Assert.IsType<Commanded>(Assert.Single(_incidents.Told)).Verb);
        Assert.Contains("privately", reply.Text, StringComparison.Ordinal);
        Assert.Empty(_channel.Posts);
    }

    [Theory]
    [InlineData("print jobs headers", true)]
    [InlineData("Print job headers", true)]
    [InlineData("messages headers", true)]
    [InlineData("print jobs are coming out again: headers", false)]
    [InlineData("print jobbers headers", false)]
    public async Task Items_may_be_called_as_their_cards_call_them(string said, bool isUnderstood)
    {
        var words = new SubjectWords(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["item"] = "print job", ["items"] = "print jobs" }
        );
        var incident = Held with { Runbook = Held.Runbook with { Words = words } };
        Show(incident);

        await SayAsync($"{said} {incident.Search!.Held.First() + 1}", Some.OnCall);

        Assert.Equal(isUnderstood, Assert.Single(_incidents.Told) is Commanded { Verb: CommandVerb.Messages });
    }

    [Fact]
    public async Task Talk_about_messages_is_no_command()
    {
        Show(Held);

        await SayAsync("messages are flowing again, well done", Some.OnCall);

        Assert.IsType<Noted>(Assert.Single(_incidents.Told));
    }

    [Fact]
    public async Task A_click_cannot_say_who_clicks()
    {
        var incident = Show(Asked.Incident);

        await ClickAsync(
            "approve",
            Some.Responder,
            ("question", incident.Request!.Question.ToString()),
            ("from", Some.OnCall.Id),
            ("roles", "on-call"),
            ("by", Some.OnCall.Id)
        );

        var vote = Assert.IsType<Voted>(Assert.Single(_incidents.Told));
        Assert.Equal(Some.Responder.Id, vote.By.Id);
        Assert.Empty(vote.By.Roles);
    }

    [Fact]
    public async Task A_refresh_draws_the_card_again_and_decides_nothing()
    {
        var incident = Show(Asked.Incident);
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["incident"] = "INC-7",
            ["question"] = incident.Request!.Question.ToString(),
        };

        var reply = await HearAsync(
            new(Member(Some.OnCall), Thread, false, false, "", [], new Click("approve", data, IsRefresh: true, TakesCard: true))
        );

        Assert.Empty(_incidents.Told);
        Assert.Contains("APPROVE?", reply.Card!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Everybody_sees_the_buttons_of_what_they_may_decide_themselves(bool isOnCall, bool isRefresh)
    {
        var incident = Show(Asked.Incident);
        var by = isOnCall ? Some.OnCall : Some.Responder;
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["question"] = incident.Request!.Question.ToString(),
            ["by"] = Some.OnCall.Id,
        };

        var card = (await HearAsync(new(Member(by), Thread, false, false, "", [], new Click("view", data, isRefresh, TakesCard: true))))
            .Card!
            .Value;

        var verbs = card.GetProperty("actions")
            .EnumerateArray()
            .Where(action => action.TryGetProperty("verb", out _))
            .Select(action => action.GetProperty("verb").GetString())
            .ToArray();
        Assert.Equal(isOnCall ? ["approve", "deny-next", "deny-stop"] : ["deny-next"], verbs);
        Assert.Equal(
            [Member(by).AccountId],
            card.GetProperty("refresh").GetProperty("userIds").EnumerateArray().Select(id => id.GetString())
        );
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task An_old_client_gets_no_card_of_its_own_that_everybody_would_see()
    {
        var incident = Show(Asked.Incident);
        var data = new Dictionary<string, string>(StringComparer.Ordinal) { ["question"] = incident.Request!.Question.ToString() };

        var reply = await HearAsync(new(Member(Some.OnCall), Thread, false, false, "", [], new Click("view", data)));

        Assert.Null(reply.Card);
        Assert.Contains($"approve {incident.Request.Question.Short}", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_message_said_is_forgotten_with_it_and_a_changed_message_commands_nothing()
    {
        Show(Asked.Incident);
        await HearAsync(new(Member(Some.Responder), Thread, false, false, "Jane is ill", []) { Message = "m1" });
        await _listener.ForgetAsync(Thread, "m1", isChanged: true, TestContext.Current.CancellationToken);
        var reply = await HearAsync(new(Member(Some.Responder), Thread, false, true, "stop", []) { Message = "m1", IsChanged = true });
        await _listener.ForgetAsync("somewhere else", "m1", isChanged: false, TestContext.Current.CancellationToken);

        Assert.Equal(Reply.None, reply);
        Assert.Equal(
            ["Noted Jane is ill", "Unsaid 1 True", "Noted stop", "Unsaid 1 False", "Unsaid 3 False"],
            _incidents.Told.Select(fact =>
                fact switch
                {
                    Noted noted => $"Noted {noted.Text}",
                    Unsaid unsaid => $"Unsaid {unsaid.Entry} {unsaid.Changed}",
                    _ => $"{fact}",
                }
            )
        );
    }

    [Theory]
    [InlineData("status")]
    [InlineData("why")]
    [InlineData("messages")]
    public async Task What_only_asks_is_answered_and_changes_nothing(string text)
    {
        Show(Asked.Incident);

        var reply = await SayAsync(text, Some.Responder);

        Assert.NotNull(reply.Card);
        Assert.Empty(_incidents.Told);
    }

    [Fact]
    public async Task Talk_in_an_incidents_thread_is_kept_and_elsewhere_not()
    {
        Show(Asked.Incident);

        var reply = await SayAsync("the backup runs until four", Some.Responder);
        await SayAsync("the backup runs until four", Some.Responder, thread: "elsewhere");

        var noted = Assert.IsType<Noted>(Assert.Single(_incidents.Told));
        Assert.Equal(("the backup runs until four", false), (noted.Text.Value, noted.IsNote));
        Assert.Equal(Reply.None, reply);
    }

    [Fact]
    public async Task A_slip_is_kept_and_answered()
    {
        Show(Asked.Incident);

        var reply = await SayAsync("stauts", Some.Responder);

        Assert.Equal("'stauts' is no command. Did you mean: status", reply.Text);
        Assert.IsType<Noted>(Assert.Single(_incidents.Told));
    }

    [Fact]
    public async Task A_note_is_a_note()
    {
        Show(Asked.Incident);

        await SayAsync("note disk swapped", Some.Responder);

        Assert.True(Assert.IsType<Noted>(Assert.Single(_incidents.Told)).IsNote);
    }

    [Fact]
    public async Task The_only_open_incident_is_meant_from_anywhere_and_among_several_one_must_be_named()
    {
        Show(Asked.Incident);
        await SayAsync("take", Some.Responder, thread: "elsewhere");
        Assert.Single(_incidents.Told);

        _incidents.With(Asked.Incident with { Number = 8, Host = "EXCH02" });
        var reply = await SayAsync("take", Some.Responder, thread: "elsewhere");

        Assert.Equal("Say which: INC-7 (EXCH01), INC-8 (EXCH02).", reply.Text);
        Assert.Single(_incidents.Told);
    }

    [Theory]
    [InlineData("take INC-99", "There is no incident INC-99.")]
    [InlineData("approve 99/1", "There is no incident INC-99, so 99/1 is no request.")]
    [InlineData("take", "No incident is open. 'open HOST' opens one.")]
    [InlineData("open EXCH09", "No relay stands for 'EXCH09'; enrol one with 'relay add EXCH09'.")]
    public async Task What_does_not_exist_is_said(string text, string sentence) =>
        Assert.Equal(sentence, (await SayAsync(text, Some.Responder)).Text);

    [Fact]
    public async Task An_incident_is_handed_to_whoever_is_mentioned()
    {
        Show(Asked.Incident);

        await HearAsync(new(Member(Some.Responder), Thread, false, true, "hand @Olu Adeyemi", [Member(Some.OnCall)]));

        Assert.Equal(Some.OnCall, Assert.IsType<Commanded>(Assert.Single(_incidents.Told)).Other);
    }

    [Theory]
    [InlineData("approve it please", "approve")]
    [InlineData("aprove 7", "approve")]
    [InlineData("deny, it is too early", "deny")]
    public async Task An_answer_that_could_not_be_read_is_answered_while_a_request_waits_and_only_then(string text, string word)
    {
        var incident = Show(Asked.Incident);

        var reply = await SayAsync(text, Some.Responder);

        Assert.StartsWith($"Say which request: {word} {incident.Request!.Question.Short}", reply.Text, StringComparison.Ordinal);
        Assert.IsType<Noted>(Assert.Single(_incidents.Told));

        Show(new Rehearsal("message").Incident);
        Assert.Equal(Reply.None, await SayAsync(text, Some.Responder));
    }

    [Theory]
    [InlineData("hand it over to the next shift", true)]
    [InlineData("hand @Noor Example", true)]
    [InlineData("hand", false)]
    public async Task Only_the_bare_word_gives_a_takeover_back(string text, bool isKept)
    {
        Show(Asked.Incident);
        await SayAsync("takeover", Some.OnCall);
        Assert.NotNull(_incidents.Of(7).TakenOverBy);

        var reply = await HearAsync(new(Member(Some.OnCall), Thread, false, true, text, []));

        Assert.StartsWith(isKept ? "Say whom: hand @name." : "Olu Adeyemi owns INC-7. ", reply.Text, StringComparison.Ordinal);
        Assert.Equal(isKept, _incidents.Of(7).TakenOverBy is not null);
    }

    [Fact]
    public async Task Attachments_without_words_leave_a_note_of_kind_and_name()
    {
        Show(Asked.Incident);

        var reply = await HearAsync(
            new(Member(Some.Responder), Thread, false, true, "", []) { Attached = "1 attachment without words, image (no name)" }
        );

        Assert.Equal(Reply.None, reply);
        var noted = Assert.IsType<Noted>(Assert.Single(_incidents.Told));
        Assert.Equal(("1 attachment without words, image (no name)", true), (noted.Text.Value, noted.IsNote));
    }

    private Incident Show(Incident incident)
    {
        var shown = incident with { Thread = Thread };
        _incidents.With(shown);
        return shown;
    }

    private Task<Reply> SayAsync(string text, Person by, string thread = Thread, bool addressed = false) =>
        HearAsync(new(Member(by), thread, false, addressed, text, []));

    private Task<Reply> ClickAsync(string verb, Person by, params (string Name, string Value)[] data) =>
        HearAsync(
            new(
                Member(by),
                Thread,
                false,
                false,
                "",
                [],
                new Click(verb, data.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal))
            )
        );

    private Task<Reply> HearAsync(Heard heard) => _listener.HearAsync(heard, TestContext.Current.CancellationToken);

    private static Member Member(Person person) => new(person.Id, "29:" + person.Id, person.Name.ToString());
}

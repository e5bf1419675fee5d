using System.Net;
using System.Security.Cryptography;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Entra;

public sealed class Votes_count_the_same_while_Teams_is_down : IAsyncLifetime
{
    private static readonly ApprovalRule OtherPerson = new(Role.OnCall, OtherPerson: true),
        Two = new(Role.OnCall, false, 2);

    private DecideHouse _house = null!;

    public async ValueTask InitializeAsync() => _house = await DecideHouse.OpenAsync();

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_one_on_call_approves_with_a_reason_whether_Teams_answers_or_not(bool teamsAnswers)
    {
        var question = _house.Ask(ApprovalRule.OnCall);
        _house.Teams.Admits = _ => Task.FromResult(teamsAnswers);

        var (status, reply) = await _house.DecideAsync(question, _house.Person(Some.OnCall.Id));

        Assert.Equal((HttpStatusCode.OK, true, "Approved."), (status, reply.Counts, reply.Words));
        var vote = Assert.Single(_house.Votes);
        Assert.Equal((Some.OnCall.Id, Answer.Approve, "the disk is full"), (vote.By.Id, vote.Answer, vote.Why.Value));
        Assert.Equal([Role.OnCall], vote.By.Roles);
        Assert.Equal(_house.Incidents.Of(question.Incident).FindRequest(question)!.Digest, vote.Plan);
    }

    [Fact]
    public async Task A_Teams_that_never_answers_holds_nobody_up()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var house = await DecideHouse.OpenAsync(time);
        var question = house.Ask(ApprovalRule.OnCall);
        var asked = new TaskCompletionSource();
        house.Teams.Next.Enqueue(async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        var deciding = house.DecideAsync(question, house.Person(Some.OnCall.Id));
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.OK, (await deciding).Status);
    }

    public static TheoryData<string> Refusals => [.. Rows.Keys];

    private static readonly Dictionary<
        string,
        (ApprovalRule Rule, Func<DecideHouse, QuestionId, Task> Before, string By, string Answer, string Says)
    > Rows = new(StringComparer.Ordinal)
    {
        ["who asked, where another must approve"] = (OtherPerson, Nothing, Some.OnCall.Id, "approve", "You asked for"),
        ["who asked, spelled in capitals"] = (OtherPerson, Nothing, Some.OnCall.Id.ToUpperInvariant(), "approve", "You asked for"),
        ["twice for a quorum of two"] = (
            Two,
            (house, question) => house.DecideAsync(question, house.Person(Some.OnCall.Id)),
            Some.OnCall.Id,
            "approve",
            "have approved"
        ),
        ["without the role"] = (ApprovalRule.OnCall, Nothing, Some.Responder.Id, "approve", "needs the role 'on-call'"),
        ["after another's approval"] = (
            ApprovalRule.OnCall,
            (house, question) => house.DecideAsync(question, house.Person(Some.Lead.Id)),
            Some.OnCall.Id,
            "deny-stop",
            "was approved already"
        ),
        ["after it was refused"] = (
            ApprovalRule.OnCall,
            (house, question) => house.DecideAsync(question, house.Person(Some.Lead.Id), "deny-stop"),
            Some.OnCall.Id,
            "approve",
            "was denied already"
        ),
        ["late"] = (ApprovalRule.OnCall, ExpireAsync, Some.OnCall.Id, "approve", "Too late"),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task It_is_told_as_not_counting_and_changes_nothing(string row)
    {
        var (rule, before, by, answer, says) = Rows[row];
        var question = _house.Ask(rule, askedBy: Some.OnCall);
        await before(_house, question);
        var outcome = Outcome(question);

        var (status, reply) = await _house.DecideAsync(question, _house.Person(by), answer);

        Assert.Equal((HttpStatusCode.Conflict, false), (status, reply.Counts));
        Assert.Contains(says, reply.Words, StringComparison.Ordinal);
        Assert.Equal(outcome, Outcome(question));
        Assert.Equal(by.ToLowerInvariant(), _house.Votes.Last().By.Id);
        Assert.DoesNotContain(_house.Incidents.Decisions[^1].Effects, effect => effect is RunAction);
    }

    [Fact]
    public async Task A_question_that_was_never_asked_is_told()
    {
        _house.Ask(ApprovalRule.OnCall);

        var (status, reply) = await _house.DecideAsync(new QuestionId(99, 1), _house.Person(Some.OnCall.Id));

        Assert.Equal((HttpStatusCode.Conflict, false), (status, reply.Counts));
        Assert.Contains("There is no incident INC-99", reply.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, DecideHouse.Guest, "0", "guests")]
    [InlineData(false, DecideHouse.Guest, "1", "guests")]
    [InlineData(false, DecideHouse.Guest, null, "guests")]
    [InlineData(true, DecideHouse.Outsider, "0", "members of its team")]
    [InlineData(false, DecideHouse.Outsider, "0", "members of its team")]
    [InlineData(false, "11111111-0000-0000-0000-000000000001", "0", "members of its team")]
    public async Task Who_is_not_from_here_is_turned_away_and_the_incident_keeps_it(
        bool teamsAnswers,
        string id,
        string? account,
        string says
    )
    {
        var question = _house.Ask(ApprovalRule.OnCall);
        _house.Teams.Admits = _ => Task.FromResult(teamsAnswers);

        var (status, reply) = await _house.DecideAsync(question, _house.Person(id, account));

        Assert.Equal((HttpStatusCode.Forbidden, false), (status, reply.Counts));
        Assert.Contains(says, reply.Words, StringComparison.Ordinal);
        Assert.Empty(_house.Votes);
        var kept = Assert.Single(_house.Incidents.Told.OfType<Refused>());
        Assert.Contains(id, kept.Who.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_the_sign_in_it_is_401()
    {
        var (question, person, now, entra) = (
            _house.Ask(ApprovalRule.OnCall),
            Some.OnCall.Id,
            TimeProvider.System.GetUtcNow(),
            _house.Entra
        );
        using var foreign = RSA.Create(2048);
        (string What, string? Token)[] wrong =
        [
            ("none", null),
            ("another audience", entra.Token(now, person, scp: "decide", acct: "0", audience: "https://api.botframework.com")),
            ("another tenant", entra.Token(now, person, tid: DecideHouse.Guest, scp: "decide", acct: "0")),
            ("no tenant", entra.Token(now, person, tid: null, scp: "decide", acct: "0")),
            ("another issuer", entra.Token(now, person, scp: "decide", acct: "0", issuer: "https://sts.windows.net/else/")),
            ("another key", entra.Token(now, person, scp: "decide", acct: "0", key: foreign)),
            ("another scope", entra.Token(now, person, scp: "read", acct: "0")),
            ("a scope that only begins so", entra.Token(now, person, scp: "decide-not", acct: "0")),
            ("an app's own", entra.Token(now, person)),
            ("an app's with the scope's name", entra.Token(now, person, idtyp: "app", scp: null)),
            ("no object id", entra.Token(now, oid: null, scp: "decide", acct: "0", sub: person)),
            ("an object id that is none", entra.Token(now, oid: "olu", scp: "decide", acct: "0")),
            ("expired", entra.Token(now, person, scp: "decide", acct: "0", minutes: -10)),
            ("Teams' own", _house.Teams.Token()),
            ("a word", "hello"),
        ];
        foreach (var (what, token) in wrong)
        {
            var (status, reply) = await _house.DecideAsync(question, token);
            Assert.Equal((what, HttpStatusCode.Unauthorized, false), (what, status, reply.Counts));
        }

        Assert.Empty(_house.Votes);
    }

    [Theory]
    [InlineData("""{ "question": "7/3", "answer": "break-glass" }""")]
    [InlineData("""{ "question": "7/3 and more", "answer": "approve" }""")]
    [InlineData("""{ "question": "7/3", "answer": "APPROVE" }""")]
    [InlineData("""{ "answer": "approve" }""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task What_is_no_answer_is_400(string body)
    {
        using var content = new StringContent(body);

        Assert.Equal(HttpStatusCode.BadRequest, (await _house.PostAsync(content, _house.Person(Some.OnCall.Id))).Status);
    }

    [Fact]
    public async Task Identity_is_never_taken_from_the_body()
    {
        var question = _house.Ask(ApprovalRule.OnCall);
        using var content = new StringContent(
            $$"""{ "question": "{{question}}", "answer": "approve", "by": "{{Some.OnCall.Id}}", "oid": "{{Some.OnCall.Id}}", "roles": ["on-call"] }"""
        );

        Assert.Equal(HttpStatusCode.Conflict, (await _house.PostAsync(content, _house.Person(Some.Responder.Id))).Status);
        Assert.Equal(Some.Responder.Id, Assert.Single(_house.Votes).By.Id);
    }

    private ChangeState? Outcome(QuestionId question) => _house.Incidents.Of(question.Incident).FindRequest(question)!.State;

    private static Task Nothing(DecideHouse house, QuestionId question) => Task.CompletedTask;

    private static Task<Decision> ExpireAsync(DecideHouse house, QuestionId question) =>
        house.Incidents.TellAsync(
            question.Incident,
            at => new DeadlinePassed(at + (31L * 60_000_000), Deadline.RequestExpires, question),
            CancellationToken.None
        );
}

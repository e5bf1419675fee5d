using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>
/// Everything that somebody without the right may try on the way to an approval. Each is refused with its reason, told to whoever tried,
/// kept in the journal, and leads to no run. What a token or an activity from elsewhere meets stands in the tests of the channel.
/// </summary>
public sealed class Attacks_on_the_approval_path
{
    private const string Secret = "0123456789abcdef0123456789abcdef",
        OtherSecret = "fedcba9876543210fedcba9876543210";

    private static readonly Person Yesterday = Some.Person("11111111-0000-0000-0000-000000000021", "Yann Yesterday"),
        Security = Some.Person("11111111-0000-0000-0000-000000000022", "Sami Sec", "security"),
        Second = Some.Person("11111111-0000-0000-0000-000000000023", "Oda Berg", "on-call"),
        Guest = Some.Person("11111111-0000-0000-0000-000000000024", "Gus Guest");

    private static readonly ApprovalRule One = new("on-call", false),
        Other = new("on-call", true),
        Two = new("on-call", false, 2),
        CoSigned = new("on-call", false, 1, ["security"]),
        LeadOnly = new("lead", false);

    private static readonly Dictionary<string, (ApprovalRule Rule, string Step, Func<Scene, Task<string?>> Try, string Says)> Attacks = new(
        StringComparer.Ordinal
    )
    {
        ["an approver's object id in the card's data"] = (
            One,
            "threads",
            scene =>
                scene.ClickAsync(
                    "approve",
                    Some.Responder,
                    ("from", Some.OnCall.Id),
                    ("by", Some.OnCall.Id),
                    ("aadObjectId", Some.OnCall.Id)
                ),
            "needs the role 'on-call'"
        ),
        ["an approver's name in the card's data"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.Responder, ("name", "Olu Adeyemi"), ("user", "Olu Adeyemi")),
            "needs the role 'on-call'"
        ),
        ["a role in the card's data"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.Responder, ("roles", "on-call"), ("role", "on-call")),
            "needs the role 'on-call'"
        ),
        ["an easier rule in the card's data"] = (
            LeadOnly,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("approval", "on-call"), ("quorum", "0")),
            "needs the role 'lead'"
        ),
        ["the words of an approval by somebody without a role"] = (
            One,
            "threads",
            scene => scene.SayAsync($"approve {scene.Asked.Short}", Some.Responder),
            "needs the role 'on-call'"
        ),
        ["somebody whose shift has ended"] = (One, "threads", scene => scene.ClickAsync("approve", Yesterday), "needs the role 'on-call'"),
        ["the wrong role of two"] = (LeadOnly, "threads", scene => scene.ClickAsync("approve", Security), "needs the role 'lead'"),
        ["an administrator, who approves nothing"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", scene.Administrator),
            "needs the role 'on-call'"
        ),
        ["the asker where another must approve"] = (Other, "threads", scene => scene.ClickAsync("approve", Some.OnCall), "You asked for"),
        ["the asker through a second tab"] = (Other, "threads", scene => scene.AgainAsync(Some.OnCall), "You asked for"),
        ["the asker by typing instead of clicking"] = (
            Other,
            "threads",
            scene => scene.SayAsync($"approve {scene.Asked.Short} it is fine", Some.OnCall),
            "You asked for"
        ),
        ["the asker of what cannot be undone"] = (One, "disk-space", scene => scene.ClickAsync("approve", Some.OnCall), "cannot be undone"),
        ["one person twice for a quorum of two"] = (Two, "threads", scene => scene.AgainAsync(Second), "still needs 1 'on-call'"),
        ["a role that has signed, for one that has not"] = (
            CoSigned,
            "threads",
            async scene =>
            {
                await scene.ClickAsync("approve", Some.OnCall);
                return await scene.ClickAsync("approve", Second);
            },
            "still needs 1 'security'"
        ),
        ["a plan's digest of another plan"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("plan", new string('a', 64))),
            "is not the one you answered"
        ),
        ["a card without a digest"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("plan", "")),
            "is not the one you answered"
        ),
        ["the first letters of the digest"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("plan", scene.Request.Digest[..8])),
            "is not the one you answered"
        ),
        ["a question that was never asked"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("question", "INC-7/99")),
            "is no request of INC-7"
        ),
        ["a question of another incident"] = (
            One,
            "threads",
            scene => scene.ClickAsync("approve", Some.OnCall, ("question", "INC-8/2"), ("incident", "INC-7")),
            "is no request of INC-8"
        ),
        ["a request that was refused"] = (
            One,
            "threads",
            async scene =>
            {
                await scene.ClickAsync("deny-stop", Second);
                return await scene.ClickAsync("approve", Some.OnCall);
            },
            "was denied already"
        ),
        ["a request that was withdrawn"] = (
            One,
            "threads",
            async scene =>
            {
                await scene.SayAsync("escalate INC-7", Some.Responder);
                return await scene.ClickAsync("approve", Some.OnCall);
            },
            "was withdrawn already"
        ),
        ["a request that expired and was passed over"] = (
            One,
            "threads",
            async scene =>
            {
                await scene.TellAsync(at => new DeadlinePassed(at + (31L * 60_000_000), Deadline.RequestExpires, scene.Asked));
                await scene.SayAsync("skip INC-7", Some.Responder);
                return await scene.ClickAsync("approve", Some.OnCall);
            },
            "was expired already"
        ),
        ["an expired request, by somebody without the role"] = (
            One,
            "threads",
            async scene =>
            {
                await scene.TellAsync(at => new DeadlinePassed(at + (31L * 60_000_000), Deadline.RequestExpires, scene.Asked));
                return await scene.ClickAsync("approve", Some.Responder);
            },
            "needs the role 'on-call'"
        ),
        ["an answer that is none"] = (
            One,
            "threads",
            scene => scene.TellAsync(at => new Voted(at, scene.Asked, Some.OnCall, Answer.Unknown, "", scene.Request.Digest)),
            "is no answer"
        ),
        ["break-glass by a click"] = (
            LeadOnly,
            "threads",
            scene => scene.ClickAsync("break-glass", Some.OnCall, ("why", "mail has been down for an hour")),
            "is typed"
        ),
        ["break-glass without a reason"] = (
            LeadOnly,
            "threads",
            scene => scene.SayAsync($"break-glass {scene.Asked.Short}", Some.OnCall),
            "Say why"
        ),
        ["break-glass with hardly a reason"] = (
            LeadOnly,
            "threads",
            scene => scene.SayAsync($"break-glass {scene.Asked.Short} now!", Some.OnCall),
            "Say why"
        ),
        ["break-glass by somebody who is not on call"] = (
            LeadOnly,
            "threads",
            scene => scene.SayAsync($"break-glass {scene.Asked.Short} mail has been down for an hour", Some.Responder),
            "needs the role 'on-call'"
        ),
        ["break-glass for what cannot be undone"] = (
            LeadOnly,
            "disk-space",
            scene => scene.SayAsync($"break-glass {scene.Asked.Short} mail has been down for an hour", Some.OnCall),
            "break-glass is never for that"
        ),
        ["break-glass for a question that was never asked"] = (
            LeadOnly,
            "threads",
            scene => scene.SayAsync("break-glass 7/99 mail has been down for an hour", Some.OnCall),
            "is no request"
        ),
        ["a close before the glass was reviewed"] = (
            LeadOnly,
            "threads",
            scene => scene.BreakAndAsync(() => scene.SayAsync("close INC-7", Some.OnCall)),
            "review"
        ),
        ["a review by whoever broke the glass"] = (
            LeadOnly,
            "threads",
            scene => scene.BreakAndAsync(() => scene.SayAsync("review INC-7 @Olu", Some.OnCall, Some.OnCall)),
            "somebody else must review"
        ),
        ["an acknowledgement with a made-up token"] = (
            One,
            "threads",
            scene => scene.AcknowledgeAsync(scene.Page, new string('x', 43)),
            "does not prove"
        ),
        ["an acknowledgement without a token"] = (One, "threads", scene => scene.AcknowledgeAsync(scene.Page, null), "does not prove"),
        ["an acknowledgement with another page's token"] = (
            One,
            "threads",
            scene => scene.AcknowledgeAsync(scene.Page, new PageId(7, scene.Page - 1).Token(Secret)),
            "does not prove"
        ),
        ["an acknowledgement with another incident's token"] = (
            One,
            "threads",
            scene => scene.AcknowledgeAsync(scene.Page, new PageId(8, scene.Page).Token(Secret)),
            "does not prove"
        ),
        ["an acknowledgement with another role's secret"] = (
            One,
            "threads",
            scene => scene.AcknowledgeAsync(scene.Page, new PageId(7, scene.Page).Token(OtherSecret)),
            "does not prove"
        ),
        ["an acknowledgement of a page that was never sent"] = (
            One,
            "threads",
            scene => scene.AcknowledgeAsync(99, new PageId(7, 99).Token(Secret)),
            "does not prove"
        ),
        ["an acknowledgement used twice"] = (
            One,
            "threads",
            async scene =>
            {
                await scene.AcknowledgeAsync(scene.Page, new PageId(7, scene.Page).Token(Secret));
                return await scene.AcknowledgeAsync(scene.Page, new PageId(7, scene.Page).Token(Secret));
            },
            "was acknowledged already"
        ),
        ["a guest's click"] = (
            One,
            "threads",
            scene => scene.FromOutsideAsync(Guest, "Not from here: guests take part only when Channel:Guests lists them."),
            "guests take part"
        ),
        ["a click of somebody who is not in the team"] = (
            One,
            "threads",
            scene => scene.FromOutsideAsync(Guest, "Not from here: this bot only answers members of its team."),
            "only answers members"
        ),
    };

    public static TheoryData<string> Rows => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task It_is_refused_with_its_reason_and_kept(string attack)
    {
        var (rule, step, attempt, says) = Attacks[attack];
        var scene = new Scene(rule, step);

        var told = await attempt(scene);

        Assert.Contains(says, told, StringComparison.Ordinal);
        Assert.True(scene.IsKept(says) || says is "is typed" or "does not prove", "the refusal is not in the journal");
        Assert.True(says != "does not prove" || scene.Kept == 0, "what proves nothing stands in the journal");
        Assert.Empty(scene.Runs);
        Assert.True(!scene.Incident.FindRequest(scene.Asked)!.IsApproved || says.Contains("review", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_has_forty_one_rows() => Assert.Equal(41, Attacks.Count);

    [Fact]
    public async Task Two_answers_at_the_same_instant_count_once_each_and_one_run_follows()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        var asked = await room.ToApprovalAsync();
        Person[] people = [Some.OnCall, Second, Some.Lead, Some.OnCall, Second, Some.Lead];

        var decisions = await Task.WhenAll(
            people.Select(person =>
                Task.Run(() => room.TellAsync(at => new Voted(at, asked.Question, person, Answer.Approve, "go", asked.Digest)))
            )
        );

        Assert.Single(decisions, decision => decision.Declined is null);
        Assert.All(
            decisions.Where(decision => decision.Declined is not null),
            decision => Assert.Contains("was approved already", decision.Declined, StringComparison.Ordinal)
        );
        Assert.Single(decisions.SelectMany(decision => decision.Effects).OfType<RunAction>());
        Assert.Equal(people.Length, (await room.EntriesAsync()).Select(entry => entry.Read()).Count(entry => entry.Fact is Voted));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x")]
    public async Task No_incident_is_looked_up_for_an_acknowledgement_that_proves_nothing(string? token)
    {
        var options = new OnCallOptions { Paging = { [Role.OnCall] = new() { Secret = Secret } } };
        var paging = new PagingEndpoint(incidents: null!, Options.Create(options), NullLogger<PagingEndpoint>.Instance);

        var (status, _) = await paging.TakeAsync(new Seen(new PageId(7, 1).ToString(), token, "Mallory"), CancellationToken.None);

        Assert.Equal(StatusCodes.Status403Forbidden, status);
    }

    /// <summary>A request that waits, with everything that can be tried on it.</summary>
    private sealed class Scene
    {
        private readonly FakeIncidents _incidents = new();
        private readonly ChatHandler _listener;
        private readonly PagingEndpoint _paging;
        private readonly int _begun;

        public Scene(ApprovalRule rule, string step)
        {
            var rehearsal = new Rehearsal(step) { Rule = rule }
                .Relay()
                .Command(CommandVerb.Ask, Some.OnCall);
            _incidents.With(rehearsal.Incident).With(new Rehearsal("threads").Incident with { Number = 8, Host = "EXCH02" });
            Asked = rehearsal.Incident.Request!.Question;
            Page = rehearsal.Incident.Pages.Last(page => page.Role == rule.Role).Number;
            var options = new OnCallOptions
            {
                Roles =
                {
                    [Role.OnCall] = [Some.OnCall.Id, Second.Id],
                    [Role.Lead] = [Some.Lead.Id],
                    [Role.Security] = [Security.Id],
                    [Role.Administrator] = [Administrator.Id],
                },
                Paging =
                {
                    [Role.OnCall] = new() { Url = "https://pager.example/x", Secret = Secret },
                    [Role.Lead] = new() { Url = "https://pager.example/y", Secret = OtherSecret },
                },
            };
            _listener = Listeners.Of(_incidents, new OnCallRoster(Options.Create(options)));
            _begun = _incidents.Decisions.Count;
            _paging = new PagingEndpoint(_incidents, Options.Create(options), NullLogger<PagingEndpoint>.Instance);
        }

        public Person Administrator { get; } = Some.Person("11111111-0000-0000-0000-000000000025", "Ada Min");

        public QuestionId Asked { get; }

        public int Page { get; }

        public Incident Incident => _incidents.Of(7);

        public Change Request => Incident.FindRequest(Asked)!;

        /// <summary>Runs that followed, but for the one that a break-glass of the attack itself began.</summary>
        public IEnumerable<RunAction> Runs =>
            _incidents
                .Decisions.Where(decision => decision.Incident.BrokenGlass.Count == 0)
                .SelectMany(decision => decision.Effects)
                .OfType<RunAction>();

        /// <summary>How many facts the attempt has left.</summary>
        public int Kept => _incidents.Decisions.Count - _begun;

        public bool IsKept(string says) =>
            _incidents.Decisions.Any(decision => decision.Declined?.Contains(says, StringComparison.Ordinal) == true);

        public async Task<string?> ClickAsync(string verb, Person by, params (string Name, string Value)[] forged)
        {
            var data = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["incident"] = "INC-7",
                ["question"] = Asked.ToString(),
                ["plan"] = Request.Digest,
            };
            foreach (var (name, value) in forged)
            {
                data[name] = value;
            }

            return (
                await _listener.HearAsync(
                    new(Member(by), "thread", false, false, "", [], new Click(verb, data)),
                    TestContext.Current.CancellationToken
                )
            ).Text;
        }

        public async Task<string?> AgainAsync(Person by)
        {
            await ClickAsync("approve", by);
            return await ClickAsync("approve", by);
        }

        public async Task<string?> SayAsync(string text, Person by, params Person[] mentioned) =>
            (
                await _listener.HearAsync(
                    new(Member(by), "thread", false, true, text, [.. mentioned.Select(Member)]),
                    TestContext.Current.CancellationToken
                )
            ).Text;

        public async Task<string?> TellAsync(Func<long, Fact> fact) =>
            (await _incidents.TellAsync(7, fact, TestContext.Current.CancellationToken)).Declined;

        public async Task<string?> BreakAndAsync(Func<Task<string?>> then)
        {
            Assert.Equal("Approved.", await SayAsync($"break-glass {Asked.Short} mail has been down for an hour", Some.OnCall));
            var run = new RunId(Asked, 1);
            await TellAsync(at => new Acted(at, EngineRoom.ReportOf(run, Verdict.Unknown) with { Kind = JobKind.Act }));
            return await then();
        }

        public async Task<string?> AcknowledgeAsync(int page, string? token)
        {
            var (status, sentence) = await _paging.TakeAsync(
                new Seen($"INC-7.{page}", token, "Mallory"),
                TestContext.Current.CancellationToken
            );
            Assert.Contains(
                status,
                new[] { StatusCodes.Status403Forbidden, StatusCodes.Status409Conflict, StatusCodes.Status204NoContent }
            );
            return sentence;
        }

        public async Task<string?> FromOutsideAsync(Person claimed, string refusal)
        {
            var data = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["question"] = Asked.ToString(),
                ["plan"] = Request.Digest,
            };
            await _listener.RefuseAsync(
                new(Member(claimed), "thread", false, false, "", [], new Click("approve", data)),
                refusal,
                TestContext.Current.CancellationToken
            );
            return _incidents.Decisions[^1].Declined;
        }

        private static Member Member(Person person) => new(person.Id, "29:" + person.Id, person.Name.ToString());
    }
}

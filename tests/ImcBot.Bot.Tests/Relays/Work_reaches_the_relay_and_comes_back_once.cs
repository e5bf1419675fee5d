using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class Work_reaches_the_relay_and_comes_back_once
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_alert_opens_an_incident_and_its_checks_come_with_the_next_poll()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await relay.PostAsync("alerts", Some.Alert(false, 4102))).Status);
        var jobs = await relay.PollAsync();

        Assert.All(jobs, job => Assert.Equal(JobKind.Check, job.Kind));
        Assert.Contains(jobs, job => job.Check!.Use == "disk.free");
        Assert.Equal(Some.Host, Assert.Single(await house.Engine.ListOpenAsync(Token)).Host);
    }

    [Fact]
    public async Task That_a_subject_with_an_open_incident_was_renamed_is_told()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("hello", relay.Hello() with { Subjects = [new("mail", "Q317653")] });
        await relay.PostAsync("alerts", Some.Alert(false, 4102));

        await relay.PostAsync("hello", relay.Hello() with { Subjects = [new("internet-mail", "Q317653")] });

        await house.Channel.UntilAsync(told => told.Contains("INC-1 is about 'mail'", StringComparison.Ordinal), Token);
    }

    [Fact]
    public async Task A_held_poll_wakes_when_work_arrives()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        var poll = relay.PollAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));

        Assert.NotEmpty(await poll);
    }

    [Fact]
    public async Task A_poll_without_work_ends_empty_after_its_hold()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        var jobs = await house.WaitOutAsync(relay.PollAsync());

        Assert.Empty(jobs);
    }

    [Fact]
    public async Task A_job_whose_delivery_was_lost_is_delivered_again_until_it_is_reported()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var first = await relay.PollAsync();

        house.Clock.Advance(TimeSpan.FromSeconds(6));
        var known = first[0].Run;
        var second = await relay.PollAsync(known);
        Assert.Equal(first.Skip(1).Select(job => job.Run), second.Select(job => job.Run));

        await relay.ReportAsync([.. first.Select(job => relay.ReportOf(job, Verdict.Finding))]);
        house.Clock.Advance(TimeSpan.FromSeconds(6));
        var third = await house.WaitOutAsync(relay.PollAsync());
        Assert.DoesNotContain(third, job => first.Any(old => old.Run == job.Run && old.Kind == job.Kind));
    }

    [Fact]
    public async Task A_report_that_comes_twice_counts_once()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var report = relay.ReportOf((await relay.PollAsync())[0]);

        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(report, report)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(report)).Status);

        Assert.Single(await FactsAsync<Checked>(house));
    }

    [Fact]
    public async Task A_report_for_a_run_nobody_asked_for_is_told_and_changes_nothing()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var other = await house.RelayAsync("EXCH02");
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var job = (await relay.PollAsync())[0];

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await relay.ReportAsync(relay.ReportOf(job) with { Run = new RunId(new QuestionId(9, 9), 1) })).Status
        );
        Assert.Equal(HttpStatusCode.NoContent, (await other.ReportAsync(other.ReportOf(job))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await relay.ReportAsync(relay.ReportOf(job) with { Kind = JobKind.Act })).Status);

        await house.Channel.UntilAsync(told => told.Contains("INC-9/9#1", StringComparison.Ordinal), Token);
        await house.Channel.UntilAsync(
            told => told.Contains(other.Id, StringComparison.Ordinal) && told.Contains("ignored", StringComparison.Ordinal),
            Token
        );
        Assert.Empty(await FactsAsync<Checked>(house));
        Assert.Empty(await FactsAsync<Acted>(house));
    }

    [Fact]
    public async Task An_approved_plan_comes_with_a_grant_that_only_this_relay_can_use()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var plan = await house.ToApprovalAsync(relay);
        var request = (await house.Engine.FindAsync(1, Token))!.Request!;
        await house.Engine.TellAsync(
            1,
            at => new Voted(at, request.Question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"),
            Token
        );

        var polled = await relay.PostAsync("poll", new Poll([], Nonce: "poll-1"));
        var act = Assert.Single(polled.Read<Work>().Jobs, job => job.Kind == JobKind.Act);

        Assert.Equal(ContentDigest.Of(plan), act.Plan);
        var keys = new JsonWebKeySet(relay.GrantKeys);
        var token = new JsonWebToken(act.Grant);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            act.Grant,
            new TokenValidationParameters
            {
                ValidTypes = [Grant.TokenType],
                ValidIssuer = Grant.Issuer,
                ValidAudience = relay.Id,
                IssuerSigningKeys = keys.Keys,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidateLifetime = false,
            }
        );
        Assert.True(result.IsValid);
        Assert.Equal(request.Question.ToString(), token.GetPayloadValue<string>(Grant.QuestionClaim));
        Assert.Equal(act.Plan, token.GetPayloadValue<string>(Grant.PlanClaim));
        Assert.Equal("poll-1", token.GetPayloadValue<string>(Grant.NonceClaim));
        Assert.False(token.TryGetPayloadValue<string>(Grant.OrderClaim, out _));
        Assert.Equal(600, token.GetPayloadValue<long>("exp") - token.GetPayloadValue<long>("iat"));
        Assert.Contains(
            Some.OnCall.Id,
            token.GetPayloadValue<System.Text.Json.JsonElement>(Grant.ApproversClaim).EnumerateArray().Select(person => person.GetString())
        );

        house.Clock.Advance(TimeSpan.FromSeconds(6));
        var again = Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);
        Assert.NotEqual(act.Grant, again.Grant);
        Assert.False(new JsonWebToken(again.Grant).TryGetPayloadValue<string>(Grant.NonceClaim, out _));
        Assert.Equal(act with { Grant = null }, again with { Grant = null });
    }

    [Fact]
    public async Task The_grant_of_a_round_is_for_its_order_alone()
    {
        await using var house = await BotHouse.OpenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = new GrantIssuer(key, new BotOptions(), house.Clock);
        var order = new RoundOrder(RoundKind.Return, IndexSet.UpTo(5), IndexSet.Empty, "m");
        RoundOrder[] others =
        [
            order with
            {
                Kind = RoundKind.Rest,
            },
            order with
            {
                Messages = IndexSet.UpTo(6),
            },
            order with
            {
                Messages = IndexSet.Empty,
                Withdraw = IndexSet.UpTo(5),
            },
            order with
            {
                Manifest = null,
            },
            order with
            {
                Manifest = "",
            },
        ];
        var round = new RunAction(new RunId(new QuestionId(1, 2), 3), "plan", new GrantTerms(["oid"], Impact.Disruptive, 9, 40), order);

        var claim = new JsonWebToken(issuer.Mint(round, "relay", null)).GetPayloadValue<string>(Grant.OrderClaim);

        Assert.Equal((order with { }).Digest, claim);
        Assert.Equal(6, others.Append(order).Select(one => one.Digest).Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain("igest", JsonSerializer.Serialize(order, WireJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approved_plan_that_is_fetched_too_late_comes_only_after_it_was_planned_again()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var plan = await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);

        house.Clock.Advance(TimeSpan.FromMinutes(11));
        var first = await relay.PollAsync();
        Assert.DoesNotContain(first, job => job.Kind == JobKind.Act);
        var again = Assert.Single(first.Concat(await PollUntilAsync(relay, first, JobKind.Plan)), job => job.Kind == JobKind.Plan);
        Assert.Equal(new RunId(question, 2), again.Run);
        await relay.ReportAsync(relay.ReportOf(again) with { Plan = plan });

        var act = Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);
        Assert.Equal((new RunId(question, 1), ContentDigest.Of(plan)), (act.Run, act.Plan));
        Assert.NotNull((await house.Engine.FindAsync(1, Token))!.FindRequest(question)!.StandsSince);
    }

    [Fact]
    public async Task A_run_whose_refusal_was_told_only_after_it_was_planned_again_is_handed_out_once_more()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var plan = await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);
        var late = Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);

        house.Clock.Advance(TimeSpan.FromMinutes(11));
        var first = await relay.PollAsync();
        var again = Assert.Single(first.Concat(await PollUntilAsync(relay, first, JobKind.Plan)), job => job.Kind == JobKind.Plan);
        await relay.ReportAsync(
            relay.ReportOf(late, Verdict.Failed) with
            {
                Data = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["refused"] = "true",
                    ["voided"] = "the grant came late or a clock was set",
                },
            }
        );
        await relay.ReportAsync(relay.ReportOf(again) with { Plan = plan });

        var act = Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act);
        Assert.Equal((late.Run, ContentDigest.Of(plan)), (act.Run, act.Plan));
        await relay.ReportAsync(relay.ReportOf(act));
        Assert.Equal(Phase.Verifying, (await house.Engine.FindAsync(1, Token))!.Phase);
    }

    [Fact]
    public async Task The_approval_of_a_run_that_the_relay_has_got_is_not_looked_at_again_whatever_the_bot_forgot()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);
        Assert.Equal(JobKind.Act, Assert.Single(await relay.PollAsync()).Kind);

        house.Clock.Advance(TimeSpan.FromMinutes(11));
        var jobs = await house.WaitOutAsync(relay.PollAsync(new RunId(question, 1)));

        Assert.Empty(jobs);
        Assert.Equal(Phase.Acting, (await house.Engine.FindAsync(1, Token))!.Phase);
    }

    [Fact]
    public async Task An_approval_is_handed_out_though_the_poll_still_names_its_plan()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);

        var jobs = await house.WaitOutAsync(relay.PollAsync(new RunId(question, 1)));

        Assert.Equal(JobKind.Act, Assert.Single(jobs).Kind);
    }

    [Fact]
    public async Task An_approval_wakes_a_poll_that_was_begun_while_its_plan_was_under_way_under_the_same_name()
    {
        var clock = new WatchedTime();
        await using var house = await BotHouse.OpenAsync(Directory.CreateTempSubdirectory("imcbot-").FullName, clock);
        var relay = await house.RelayAsync();
        var plan = await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        var held = clock.WhenHeldAsync();
        var poll = relay.PollAsync(new RunId(question, 1));
        await held;
        var began = clock.GetTimestamp();

        await house.Engine.TellAsync(1, at => new Voted(at, question, Some.OnCall, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);

        Assert.Equal(ContentDigest.Of(plan), Assert.Single(await house.WaitOutAsync(poll), job => job.Kind == JobKind.Act).Plan);
        Assert.True(clock.GetElapsedTime(began) < RelayDispatcher.Hold);
    }

    [Fact]
    public async Task No_grant_is_made_when_whoever_approved_no_longer_holds_the_role()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.ToApprovalAsync(relay);
        var question = (await house.Engine.FindAsync(1, Token))!.Request!.Question;
        var gone = Some.Person("11111111-0000-0000-0000-000000000033", "Gone Since", "on-call");
        await house.Engine.TellAsync(1, at => new Voted(at, question, gone, ImcBot.Core.Incidents.Answer.Approve, "go"), Token);

        var jobs = await relay.PollAsync();

        Assert.DoesNotContain(jobs.Concat(await PollUntilAsync(relay, jobs, JobKind.Plan)), job => job.Kind == JobKind.Act);
        Assert.Equal(ChangeState.Withdrawn, (await house.Engine.FindAsync(1, Token))!.FindRequest(question)!.State);
    }

    private static async Task<IReadOnlyList<Job>> PollUntilAsync(FakeRelay relay, IReadOnlyList<Job> had, JobKind kind) =>
        had.Any(job => job.Kind == kind) ? [] : await relay.PollAsync([.. had.Select(job => job.Run)]);

    [Fact]
    public async Task A_job_planted_in_the_database_is_never_handed_out()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var known = (await relay.PollAsync()).Select(job => job.Run).ToArray();
        await using (
            var db = await house.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Bot.Journal.JournalDb>>().CreateDbContextAsync(Token)
        )
        {
            db.Jobs.Add(
                new Bot.Journal.JobRow
                {
                    Incident = 1,
                    Question = 1,
                    Run = 77,
                    Kind = nameof(JobKind.Act),
                    Relay = relay.Id,
                    Seq = 1,
                    N = 0,
                }
            );
            await db.SaveChangesAsync(Token);
        }

        var jobs = await house.WaitOutAsync(relay.PollAsync(known));

        Assert.DoesNotContain(jobs, job => job.Kind == JobKind.Act);
    }

    private static async Task<List<T>> FactsAsync<T>(BotHouse house)
        where T : ImcBot.Core.Incidents.Fact
    {
        var facts = new List<T>();
        await foreach (var entry in house.Get<Bot.Journal.Journals>().ReadAsync(1, Token))
        {
            if (entry.Read().Fact is T fact)
            {
                facts.Add(fact);
            }
        }

        return facts;
    }

    /// <summary>Tells when a poll is held: nothing else waits for just so long.</summary>
    private sealed class WatchedTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks(Some.Start * 10))
    {
        private TaskCompletionSource? _held;

        public Task WhenHeldAsync() => (_held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == RelayDispatcher.Hold)
            {
                _held?.TrySetResult();
            }

            return timer;
        }
    }
}

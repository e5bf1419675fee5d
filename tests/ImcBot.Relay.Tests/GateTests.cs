using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Each way to get an action past the gate that we could think of, refused with its reason; nothing is begun and nothing on the server changes.</summary>
public sealed class GateTests : IDisposable
{
    private static readonly Remedy Start = new([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []);

    private readonly Bench _bench = new();

    public static TheoryData<string, string> Attacks => new()
    {
        { "no grant", "There is no grant" },
        { "an empty grant", "There is no grant" },
        { "a grant of a megabyte", "longer than any grant" },
        { "no token at all", "not a signed token" },
        { "no signature", "only ES256 counts" },
        { "the public key as a shared secret", "only ES256 counts" },
        { "another key under the grant key's name", "signature is wrong" },
        { "another key under its own name", "no grant key of this bot" },
        { "no key name", "no grant key of this bot" },
        { "a changed payload", "signature is wrong" },
        { "a client assertion", "token's type is 'imcbot-relay+jwt'" },
        { "a plain JWT", "token's type is 'JWT'" },
        { "another issuer", "not issued by the bot" },
        { "another relay", "for another relay" },
        { "another question", "the job is INC-7/3#1" },
        { "another incident", "the job is INC-7/3#1" },
        { "another plan", "for another plan" },
        { "a plan nobody made", "made no such plan" },
        { "a plan of another question", "The plan answers INC-7/9" },
        { "a plan altered in the ledger", "has been altered" },
        { "no approvers", "nobody who approved" },
        { "expired", "has expired" },
        { "expired since receipt", "expired since it was received" },
        { "issued in the future", "in the future" },
        { "a lifetime of a day", "lifetime of 86400 s" },
        { "a lifetime that ends before it begins", "lifetime of -5 s" },
        { "no runs", "allows 0 runs" },
        { "run 2 first", "does not follow the last begun run" },
        { "a lower impact", "the grant allows reversible" },
        { "an unknown impact", "the grant allows unknown" },
        { "an impact beyond all words", "lacks a claim" },
        { "no jti", "lacks a claim" },
        { "no exp", "lacks a claim" },
        { "no plan claim", "lacks a claim" },
        { "runs as text", "lacks a claim" },
        { "an order for a plan that is no search", "Only a search takes orders" },
        { "no plan in the job", "names no plan" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Is_refused_with_its_reason(string attack, string reason)
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        _bench.Server.SetState(FakeServer.Imc, Hosts.ServiceState.Stopped);
        var received = _bench.Time.GetTimestamp();
        var job = await ForgeAsync(attack, digest);
        if (attack == "expired since receipt")
        {
            // The bot's clock is set back meanwhile; only the monotonic one remembers.
            _bench.Time.Advance(TimeSpan.FromMinutes(11));
            _bench.Clock.Hear(_bench.BotNow - 660_000_000);
        }

        await _bench.Desk.TakeAsync(job, received, CancellationToken.None);

        var report = Assert.Single(_bench.Waiting());
        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Equal("true", report.Data["refused"]);
        Assert.Contains(reason, report.Summary);
        Assert.Empty(_bench.Server.Record);
        Assert.Empty(_bench.Ledger.BegunRuns(Bench.Question));
    }

    [Fact]
    public async Task A_true_grant_is_let_through()
    {
        var report = await _bench.ActAsync(Start);

        Assert.Equal(Verdict.Clear, report.Verdict);
    }

    [Fact]
    public async Task A_run_that_was_carried_out_is_answered_again_and_not_repeated()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        var first = await _bench.RunAsync(new RunId(Bench.Question, 1), digest);
        var changes = _bench.Server.Record.Count;

        var second = await _bench.RunAsync(new RunId(Bench.Question, 1), digest);

        Assert.Equal(first.Summary, second.Summary);
        Assert.Equal(first.At, second.At);
        Assert.Equal(changes, _bench.Server.Record.Count);
    }

    [Fact]
    public async Task A_second_run_beyond_the_grants_count_is_refused()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        await _bench.RunAsync(new RunId(Bench.Question, 1), digest);

        var answer = await _bench.Gate.JudgeAsync(Job(Terms(digest), run: 2), _bench.Time.GetTimestamp());

        Assert.Contains("allows 1 runs", answer.Refusal);
    }

    [Fact]
    public async Task A_run_after_the_minutes_are_over_is_refused()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        await _bench.RunAsync(new RunId(Bench.Question, 1), digest);
        _bench.Time.Advance(TimeSpan.FromMinutes(11));

        var answer = await _bench.Gate.JudgeAsync(Job(Terms(digest) with { Runs = 5 }, run: 2), _bench.Time.GetTimestamp());

        Assert.Contains("10 minutes since the first run are over", answer.Refusal);
    }

    [Fact]
    public async Task A_relays_own_highest_impact_wins_over_the_grant()
    {
        using var reader = new Bench(Policies.Usual with { Highest = Impact.Read });
        var (_, digest) = await reader.PlanAsync(Start);

        var report = await reader.RunAsync(new RunId(Bench.Question, 1), digest);

        Assert.Contains("this relay allows read", report.Summary);
        Assert.Empty(reader.Server.Record);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task A_wall_clock_that_is_an_hour_off_neither_shortens_nor_lengthens_a_grant(int minutes)
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        var job = Job(Terms(digest));
        _bench.Time.WallClockOff = TimeSpan.FromMinutes(minutes);

        Assert.Null((await _bench.Gate.JudgeAsync(job, _bench.Time.GetTimestamp())).Refusal);
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Contains("has expired", (await _bench.Gate.JudgeAsync(job, _bench.Time.GetTimestamp())).Refusal);
    }

    [Fact]
    public async Task Before_the_first_poll_no_grant_counts()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        var gate = new GateKeeper(
            Bench.RelayId, new GrantReader(Bench.RelayId, _bench.Forge.Keys), _bench.Ledger, new BotClock(_bench.Time), _bench.Guard, _bench.Time);

        Assert.Contains("time is not known", (await gate.JudgeAsync(Job(Terms(digest)), _bench.Time.GetTimestamp())).Refusal);
    }

    [Fact]
    public async Task The_same_token_is_not_taken_for_two_runs()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        var terms = Terms(digest) with { Runs = 5, Jti = "once" };
        await _bench.Desk.TakeAsync(Job(terms), _bench.Time.GetTimestamp(), CancellationToken.None);

        await _bench.Desk.TakeAsync(Job(terms, run: 2), _bench.Time.GetTimestamp(), CancellationToken.None);

        Assert.Contains("used before", _bench.Waiting()[^1].Summary);
        Assert.Single(_bench.Ledger.BegunRuns(Bench.Question));
    }

    public void Dispose() => _bench.Dispose();

    private static GrantTerms Terms(string digest) => new(Bench.Question.ToString(), digest, Bench.RelayId);

    private Job Job(GrantTerms terms, int run = 1) => Job(_bench.Forge.Mint(terms, Now), terms.Plan, run);

    private static Job Job(string? grant, string? digest, int run = 1) => new(new RunId(Bench.Question, run), JobKind.Act, Plan: digest, Grant: grant);

    private long Now => _bench.BotNow / 1_000_000;

    private async Task<Job> ForgeAsync(string attack, string digest)
    {
        _bench.Clock.Hear(_bench.BotNow);
        var terms = Terms(digest);
        switch (attack)
        {
            case "no grant": return Job(null, digest);
            case "an empty grant": return Job("", digest);
            case "a grant of a megabyte": return Job(new string('a', 1 << 20), digest);
            case "no token at all": return Job("never.mind", digest);
            case "no signature": return Job(_bench.Forge.Mint(terms, Now, null), digest);
            case "the public key as a shared secret":
                return Job(_bench.Forge.Mint(terms, Now, new SigningCredentials(new SymmetricSecurityKey(_bench.Forge.PublicBytes) { KeyId = GrantForge.KeyId }, SecurityAlgorithms.HmacSha256)), digest);
            case "another key under the grant key's name": return Job(Sign(terms, GrantForge.KeyId), digest);
            case "another key under its own name": return Job(Sign(terms, "mine"), digest);
            case "no key name": return Job(Sign(terms, null), digest);
            case "a changed payload": return Job(Raised(_bench.Forge.Mint(terms, Now)), digest);
            case "a client assertion": return Job(terms with { Type = RelayAssertion.TokenType });
            case "a plain JWT": return Job(terms with { Type = "JWT" });
            case "another issuer": return Job(terms with { Issuer = "somebody" });
            case "another relay": return Job(terms with { Relay = "exch02-def" });
            case "another question": return Job(terms with { Question = "INC-7/4" });
            case "another incident": return Job(terms with { Question = "INC-8/3" });
            case "another plan": return Job(_bench.Forge.Mint(terms with { Plan = new string('0', 64) }, Now), digest);
            case "a plan nobody made": return Job(terms with { Plan = new string('0', 64) });
            case "a plan of another question": return Job(terms with { Plan = (await _bench.PlanAsync(Start, new QuestionId(7, 9))).Digest });
            case "a plan altered in the ledger": return Job(terms with { Plan = _bench.Corrupt(digest) });
            case "no approvers": return Job(terms with { Approvers = [] });
            case "expired": return Job(terms with { IssuedAgo = 700 });
            case "issued in the future": return Job(terms with { IssuedAgo = -300 });
            case "a lifetime of a day": return Job(terms with { Life = 86_400 });
            case "a lifetime that ends before it begins": return Job(terms with { Life = -5 });
            case "no runs": return Job(terms with { Runs = 0 });
            case "run 2 first": return Job(terms with { Runs = 5 }, run: 2);
            case "a lower impact": return Job(terms with { Impact = "reversible" });
            case "an unknown impact": return Job(terms with { Impact = "unknown" });
            case "an impact beyond all words": return Job(terms with { Impact = "99" });
            case "no jti": return Job(terms with { Jti = null });
            case "no exp": return Job(terms with { Without = "exp" });
            case "no plan claim": return Job(terms with { Without = Grant.PlanClaim });
            case "runs as text": return Job(terms with { Runs = "many" });
            case "an order for a plan that is no search":
                return Job(terms) with { Order = new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null) };
            case "no plan in the job": return Job(_bench.Forge.Mint(terms, Now), null);
            default: return Job(terms);
        }
    }

    private string Sign(GrantTerms terms, string? key) => _bench.Forge.Mint(
        terms, Now, new SigningCredentials(new ECDsaSecurityKey(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256)) { KeyId = key }, SecurityAlgorithms.EcdsaSha256));

    private static string Raised(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("\"runs\":1", "\"runs\":9", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}

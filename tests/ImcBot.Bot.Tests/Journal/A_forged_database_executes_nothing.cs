using System.Security.Cryptography;
using System.Text;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Relays;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Vote = ImcBot.Core.Incidents.Answer;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>
/// Somebody reads and writes the bot's database at will, but holds none of its keys. Each row is one forgery on a copy of a database in
/// which a request waits (<c>asked</c>) or an approved run was begun by its relay (<c>begun</c>), and what becomes of it.
/// </summary>
public sealed class A_forged_database_executes_nothing(ForgedScenes scenes) : IClassFixture<ForgedScenes>
{
    private const string Key = "(select public_key from relays where state = 'waiting')";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private enum Outcome
    {
        /// <summary>The incident is frozen and the channel told.</summary>
        Frozen,

        /// <summary>The relay is turned away and the channel told.</summary>
        Away,

        /// <summary>The channel is told; nothing else happens.</summary>
        Told,

        /// <summary>It changes nothing: what counts is read elsewhere.</summary>
        Nothing,
    }

    private static readonly Dictionary<string, (string Scene, string Sql, Outcome Outcome, string Says)> Forgeries = new(
        StringComparer.Ordinal
    )
    {
        ["an entry altered"] = (
            "asked",
            "update entries set bytes = cast(cast(bytes as text) || ' ' as blob) where seq = 2",
            Outcome.Frozen,
            "Entry 2"
        ),
        ["a signature altered"] = ("asked", "update entries set signature = randomblob(64) where seq = 3", Outcome.Frozen, "not signed"),
        ["the last entry deleted"] = (
            "asked",
            "delete from entries where seq = (select max(seq) from entries)",
            Outcome.Frozen,
            "is missing"
        ),
        ["the last five entries deleted"] = (
            "asked",
            "delete from entries where seq > (select max(seq) - 5 from entries)",
            Outcome.Frozen,
            "is missing"
        ),
        ["an entry in the middle deleted"] = ("asked", "delete from entries where seq = 4", Outcome.Frozen, "Entry 4"),
        ["the first entry deleted"] = ("asked", "delete from entries where seq = 1", Outcome.Frozen, "Entry 1"),
        ["two entries exchanged"] = (
            "asked",
            "update entries set seq = -seq where seq in (3, 4); update entries set seq = 7 + seq where seq < 0",
            Outcome.Frozen,
            "Entry 3"
        ),
        ["an entry repeated at the end"] = (
            "asked",
            "insert into entries select 1, head_seq + 1, bytes, signature, blob from entries, incidents where seq = 5; update "
                + "incidents set head_seq = head_seq + 1",
            Outcome.Frozen,
            "stands in its place"
        ),
        ["a vote made up"] = (
            "asked",
            "insert into entries select 1, head_seq + 1, cast('{\"incident\":1,\"kind\":\"voted\"}' as blob), randomblob(64), null "
                + "from incidents; update incidents set head_seq = head_seq + 1",
            Outcome.Frozen,
            "not signed"
        ),
        ["a vote made up and signed with another key's signature"] = (
            "asked",
            "insert into entries select 1, head_seq + 1, cast('{\"incident\":1,\"kind\":\"voted\"}' as blob), signature, null from "
                + "incidents, entries where seq = 1; update incidents set head_seq = head_seq + 1",
            Outcome.Frozen,
            "not signed"
        ),
        ["the newest entry number raised"] = ("asked", "update incidents set head_seq = head_seq + 1", Outcome.Frozen, "is missing"),
        ["the newest entry number lowered"] = ("asked", "update incidents set head_seq = head_seq - 1", Outcome.Frozen, "its row knows of"),
        ["an incident's entries under another number"] = (
            "asked",
            "update incidents set number = 2; update entries set incident = 2; update entry_values set incident = 2; update jobs "
                + "set incident = 2",
            Outcome.Frozen,
            "INC-1 entry 1 stands in its place"
        ),
        ["a text exchanged"] = (
            "asked",
            "update entry_values set value = 'go ahead' where seq = (select min(seq) from entry_values)",
            Outcome.Frozen,
            "is not the one that was written"
        ),
        ["the incident given to another relay"] = (
            "asked",
            "update incidents set relay = 'exch02-000000'",
            Outcome.Frozen,
            "another host or relay"
        ),
        ["the incident given to another host"] = ("asked", "update incidents set host = 'EXCH02'", Outcome.Frozen, "another host or relay"),
        ["a run planted for the question that waits"] = (
            "asked",
            "insert into jobs select incident, question, 2, 'Act', relay, seq, n, null, null from jobs where kind = 'Plan'",
            Outcome.Nothing,
            ""
        ),
        ["a run planted for an entry without one"] = (
            "asked",
            "insert into jobs select incident, question, 1, 'Act', relay, 1, 0, null, null from jobs where kind = 'Plan'",
            Outcome.Nothing,
            ""
        ),
        ["answered work made open again"] = ("asked", "update jobs set reported_at = null", Outcome.Nothing, ""),
        ["an expiry planted"] = (
            "asked",
            "insert or replace into deadlines select 1, 'RequestExpires', question, 1 from jobs where kind = 'Plan'",
            Outcome.Nothing,
            ""
        ),
        ["a reminder planted"] = (
            "asked",
            "insert or replace into deadlines select 1, 'Reminder', question, 1 from jobs where kind = 'Plan'",
            Outcome.Nothing,
            ""
        ),
        ["a post planted"] = ("asked", "insert into pending values (1, 1, 99)", Outcome.Nothing, ""),
        ["the runbook's kept bytes altered"] = ("asked", "update blobs set bytes = randomblob(100)", Outcome.Nothing, ""),
        ["the relay's key exchanged"] = (
            "asked",
            $"update relays set public_key = {Key} where state = 'confirmed' and host = 'EXCH01'",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["a waiting relay set to confirmed"] = (
            "asked",
            "update relays set state = 'confirmed', decided_by = 'administrator' where state = 'waiting'",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["a relay planted"] = (
            "asked",
            $"insert into relays (id, host, public_key, state, enrolled_at) select 'planted', 'EXCH01', {Key}, 'confirmed', 1",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["a relay planted under another's seal"] = (
            "asked",
            $"insert into relays (id, host, public_key, state, enrolled_at, seal) select 'planted', 'EXCH01', {Key}, 'confirmed', "
                + "1, seal from relays where state = 'confirmed' and host = 'EXCH01'",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["another host's relay set to speak for this one"] = (
            "asked",
            "update relays set host = 'EXCH01' where host = 'EXCH02'",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["the relay's times altered"] = (
            "asked",
            "update relays set profile = replace(profile, '600', '1') where host = 'EXCH01' and state = 'confirmed'",
            Outcome.Away,
            "does not carry this bot's seal"
        ),
        ["a revoked relay put back as it was sealed before"] = (
            "asked",
            "update relays set state = 'confirmed', decided_by = (select decided_by from relays where host = 'EXCH02'), seal = "
                + "(select bytes from blobs where digest = 'old') where state = 'revoked'",
            Outcome.Away,
            "was revoked"
        ),
        ["set back to before the approval of a begun run"] = (
            "begun",
            "delete from entries where seq >= (select seq from jobs where kind = 'Act'); update incidents set head_seq = (select "
                + "max(seq) from entries); delete from jobs where kind = 'Act'",
            Outcome.Frozen,
            "never asked for"
        ),
        ["set back to before the plan of a begun run"] = (
            "begun",
            "delete from entries where seq > 3; update incidents set head_seq = 3; delete from jobs where seq > 3",
            Outcome.Frozen,
            "never asked for"
        ),
        ["the whole incident deleted"] = (
            "begun",
            "delete from entries; delete from incidents; delete from jobs; delete from deadlines; delete from pending",
            Outcome.Told,
            "this journal knows nothing"
        ),
        ["a begun run given to another relay"] = (
            "begun",
            "update jobs set relay = (select id from relays where host = 'EXCH02') where kind = 'Act'",
            Outcome.Nothing,
            ""
        ),
        ["a begun run counted up"] = ("begun", "update jobs set run = 2 where kind = 'Act'", Outcome.Nothing, ""),
        ["a begun run pointed at another entry"] = ("begun", "update jobs set seq = 1, n = 0 where kind = 'Act'", Outcome.Nothing, ""),
    };

    public static TheoryData<string> Rows => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task No_action_follows(string forgery)
    {
        var (name, sql, outcome, says) = Forgeries[forgery];
        var scene = await scenes.GetAsync(name);
        await using var house = await scene.OpenForgedAsync(sql);

        var statuses = new List<int>();
        var acts = new List<(string Relay, Job Job)>();
        var relays = scene.Relays.Select(known => new FakeRelay(house.Http, house.Clock, known.Host, known.Key) { Id = known.Id }).ToList();
        foreach (var relay in relays)
        {
            // In the process and not over http: time runs here while a poll is held, and an assertion lives for minutes only.
            var (known, status, _) = await house.Get<RelayGuard>().KnowAsync($"Bearer {relay.Assertion()}", null, null, false, Token);
            statuses.Add(status);
            if (known is not null)
            {
                var poll = new Poll([], scene.Begun is { } run && relay == relays[0] ? [run] : null);
                var work = await house.WaitOutAsync(house.Get<RelayDispatcher>().NextAsync(known, instance: null, poll, Token));
                acts.AddRange(work.Jobs.Where(job => job.Kind == JobKind.Act).Select(job => (known.Id, job)));
            }
        }

        // What was approved may be handed to its own relay again: its ledger has begun it and does nothing twice.
        Assert.All(
            acts,
            act =>
                Assert.Equal(
                    (Outcome.Nothing, scene.Relays[0].Id, scene.Begun, scene.Plan),
                    (outcome, act.Relay, act.Job.Run, act.Job.Plan)
                )
        );
        switch (outcome)
        {
            case Outcome.Frozen:
                await ToldAsync(house, "is frozen", says);
                var number = forgery.Contains("another number", StringComparison.Ordinal) ? 2 : 1;
                Assert.Empty(await house.Engine.OwedAsync(number, Lane.Relay, Token));
                Assert.Empty(await house.Engine.OwedAsync(number, Lane.Channel, Token));
                break;
            case Outcome.Away:
                await ToldAsync(house, says);
                Assert.Contains(statuses, status => status is StatusCodes.Status401Unauthorized or StatusCodes.Status410Gone);
                break;
            case Outcome.Told:
                await ToldAsync(house, says);
                break;
            default:
                var incident = (await house.Engine.FindAsync(1, Token))!;
                Assert.Equal(name == "begun", incident.Phase is Phase.Acting);
                Assert.Equal(name == "begun", incident.Requests.Any(request => request.IsApproved));
                break;
        }
    }

    /// <summary>What the channel is told is posted beside everything else; after so many turns it will not come any more.</summary>
    private static async Task ToldAsync(BotHouse house, params string[] words)
    {
        for (
            var turn = 0;
            turn < 1_000_000 && !house.Channel.Told.Any(told => words.All(word => told.Contains(word, StringComparison.Ordinal)));
            turn++
        )
        {
            await Task.Yield();
        }

        Assert.Contains(house.Channel.Told, told => words.All(word => told.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_has_thirty_six_rows() => Assert.Equal(36, Forgeries.Count);

    [Fact]
    public async Task A_journal_cut_while_the_bot_runs_is_noticed_at_the_next_entry()
    {
        var scene = await scenes.GetAsync("asked");
        await using var house = await scene.OpenForgedAsync("select 1");
        await house.Engine.FindAsync(1, Token);
        await house.SqlAsync("delete from entries where seq > 5; update incidents set head_seq = 5");

        var decision = await house.Engine.TellAsync(1, at => new Noted(at, Some.Responder, "hello", true), Token);

        Assert.Contains("its end was cut off", decision.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vote_after_the_freeze_approves_nothing()
    {
        var scene = await scenes.GetAsync("asked");
        await using var house = await scene.OpenForgedAsync("update incidents set head_seq = head_seq + 1");

        var decision = await house.Engine.TellAsync(1, at => new Voted(at, new QuestionId(1, 3), Some.OnCall, Vote.Approve, "go"), Token);

        Assert.Contains("frozen", decision.Declined, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_only_reads_the_database_finds_nothing_that_acts()
    {
        var scene = await scenes.GetAsync("begun");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(scene.Folder, "imcbot.db"), Token);
        var text = Encoding.Latin1.GetString(bytes);

        Assert.DoesNotMatch(@"eyJ[\w-]+\.eyJ[\w-]+\.", text);
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Secret, text, StringComparison.Ordinal);
        foreach (var key in Directory.GetFiles(scene.Folder, "*.key"))
        {
            var pem = string.Concat(File.ReadLines(key).Where(line => !line.StartsWith('-')));
            Assert.DoesNotContain(pem, text, StringComparison.Ordinal);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Convert.FromBase64String(pem)));
        }
    }
}

/// <summary>Two databases that a bot has left behind.</summary>
public sealed class ForgedScenes : IDisposable
{
    private readonly Dictionary<string, ForgedScene> _scenes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1, 1);

    internal async Task<ForgedScene> GetAsync(string name)
    {
        await _one.WaitAsync();
        try
        {
            return _scenes.TryGetValue(name, out var scene) ? scene : _scenes[name] = await ForgedScene.PlayAsync(begun: name == "begun");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}

/// <summary>Who calls: an id and the key that signs for it.</summary>
internal sealed record KnownRelay(string Id, string Host, ECDsa Key);

/// <summary>
/// A data folder with its keys, and the relays that were known to it: the host's own, another host's, one that waits, and one that was
/// revoked.
/// </summary>
internal sealed record ForgedScene(
    string Folder,
    DateTimeOffset At,
    IReadOnlyList<KnownRelay> Relays,
    RunId? Begun,
    string? Plan,
    string Secret
)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ForgedScene> PlayAsync(bool begun)
    {
        await using var house = await BotHouse.OpenAsync();
        var revoked = await house.RelayAsync("EXCH03");
        await house.SqlAsync("insert into blobs select 'old', seal from relays where host = 'EXCH03'");
        await house.Enrolment.RevokeAsync(revoked.Id, BotHouse.Administrator, Token);
        var relay = await house.RelayAsync();
        var other = await house.RelayAsync("EXCH02");
        var code = await house.Enrolment.CreateCodeAsync("EXCH04", BotHouse.Administrator, Token);
        Assert.True(EnrolmentCode.TryParse(code, out var read));
        var waiting = new FakeRelay(house.Http, house.Clock, "EXCH04");
        await waiting.EnrolAsync(code);
        await house.ToApprovalAsync(relay);
        RunId? run = null;
        string? plan = null;
        if (begun)
        {
            var request = (await house.Engine.FindAsync(1, Token))!.Request!;
            await house.Engine.TellAsync(1, at => new Voted(at, request.Question, Some.OnCall, Vote.Approve, "go", request.Digest), Token);
            (run, plan) = (Assert.Single(await relay.PollAsync(), job => job.Kind == JobKind.Act).Run, request.Digest);
        }

        await house.SqlAsync("pragma wal_checkpoint(truncate)");
        KnownRelay[] relays =
        [
            new(relay.Id, Some.Host, relay.Key),
            new(other.Id, "EXCH02", other.Key),
            new(waiting.Id, "EXCH04", waiting.Key),
            new(revoked.Id, "EXCH03", revoked.Key),
            new("planted", Some.Host, waiting.Key),
            new(relay.Id, Some.Host, waiting.Key),
        ];
        return new ForgedScene(house.Folder, house.Clock.GetUtcNow(), relays, run, plan, read.Secret);
    }

    /// <summary>A bot over a copy of the folder that was forged before it started.</summary>
    public async Task<BotHouse> OpenForgedAsync(string sql)
    {
        SqliteConnection.ClearAllPools();
        var copy = Directory.CreateTempSubdirectory("imcbot-").FullName;
        foreach (var file in Directory.GetFiles(Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(copy, "imcbot.db")}"))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(Token);
        }

        return await BotHouse.OpenAsync(copy, new FakeTimeProvider(At));
    }
}

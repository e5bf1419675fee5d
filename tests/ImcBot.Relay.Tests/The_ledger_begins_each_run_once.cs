using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class The_ledger_begins_each_run_once : IDisposable
{
    private static readonly Remedy Start = new([], null, [], [Call.To("service.start", ("service", FakeServer.Imc))]);

    private readonly Bench _bench = new();

    [Fact]
    public async Task A_begun_run_is_never_begun_again_even_by_a_relay_that_was_killed()
    {
        var (_, digest) = await _bench.PlanAsync(Start);
        var job = new Job(new RunId(Bench.Question, 1), JobKind.Act, Plan: digest);

        Assert.True(_bench.Ledger.Begin(job, "token-1", 1, 1));
        _bench.Reopen();

        Assert.False(_bench.Ledger.Begin(job, "token-2", 2, 2));
        Assert.Single(_bench.Ledger.BegunRuns(Bench.Question));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_ledgers_files_are_for_their_owner_alone_also_where_they_were_open_to_others(bool isThere)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are a matter of Unix.");
        }
        else
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-ledger-").FullName, "ledger.db");
            if (isThere)
            {
                new Database(path).Dispose();
                File.SetUnixFileMode(path, Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            using var database = new Database(path);
            database.Run("CREATE TABLE written (a)");

            Assert.Equal(
                [("ledger.db", Owner), ("ledger.db-shm", Owner), ("ledger.db-wal", Owner)],
                new DirectoryInfo(Path.GetDirectoryName(path)!).GetFiles().Select(file => (file.Name, file.UnixFileMode)).Order()
            );
        }
    }

    [Fact]
    public async Task A_relay_killed_after_begin_reports_unknown_and_does_nothing_more()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        var (_, digest) = await _bench.PlanAsync(Start);
        _bench.Server.Changing = _ => throw new InvalidOperationException("the relay dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(new RunId(Bench.Question, 1), digest));
        _bench.Server.Changing = null;
        _bench.Reopen();

        var report = await _bench.RunAsync(new RunId(Bench.Question, 1), digest);

        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Equal(ServiceState.Stopped, _bench.Server.State(FakeServer.Imc));
        Assert.Empty(_bench.Server.Record);
    }

    [Fact]
    public async Task Recovery_reports_each_lost_run_once_with_the_effects_it_had_done()
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        _bench.Server.SetState(FakeServer.Store, ServiceState.Stopped);
        var (_, digest) = await _bench.PlanAsync(Start);
        _bench.Server.Changing = what =>
        {
            if (what == "start MSExchangeIMC")
            {
                throw new InvalidOperationException("the relay dies here");
            }
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(new RunId(Bench.Question, 1), digest));
        _bench.Reopen();

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);
        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var report = Assert.Single(_bench.Waiting());
        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Equal("MSExchangeIS runs.", Assert.Single(report.Effects!).Summary);
    }

    [Fact]
    public void What_waits_for_the_bot_is_there_after_a_restart()
    {
        _bench.Ledger.Post(Report(1, "one"));
        _bench.Ledger.Post(Report(2, "two"));
        _bench.Reopen();

        Assert.Equal(["one", "two"], _bench.Waiting().Select(report => report.Summary));
    }

    [Fact]
    public void A_report_that_still_waits_is_replaced_by_a_newer_one_of_the_same_run()
    {
        _bench.Ledger.Post(Report(1, "old"));
        _bench.Ledger.Post(Report(1, "new"));

        Assert.Equal(["new"], _bench.Waiting().Select(report => report.Summary));
    }

    [Fact]
    public void What_was_taken_is_gone_for_good()
    {
        _bench.Ledger.Post(Report(1, "one"));
        _bench.Ledger.Sent(_bench.Ledger.Waiting(10));
        _bench.Reopen();

        Assert.Empty(_bench.Ledger.Waiting(10));
    }

    [Fact]
    public void An_alert_and_the_bookmark_are_kept_together()
    {
        _bench.Ledger.Post(new HostAlert("EXCH01", FakeServer.Imc, false, false, [], 1), "Application", 42);
        _bench.Reopen();

        Assert.Equal(42, _bench.Ledger.Bookmark("Application", FakeServer.Imc));
        Assert.Equal("alert", Assert.Single(_bench.Ledger.Waiting(10)).Kind);
    }

    [Fact]
    public void A_plan_keeps_the_bytes_it_was_hashed_from()
    {
        byte[] bytes = [1, 2, 3];

        var digest = _bench.Ledger.KeepPlan(Bench.Question, bytes);
        _bench.Reopen();

        Assert.Equal(ContentDigest.Of(bytes), digest);
        Assert.Equal(bytes, _bench.Ledger.FindPlan(digest));
    }

    [Fact]
    public void Messages_of_an_earlier_ledger_are_read_as_they_were()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-ledger-").FullName, "ledger.db");
        using (var old = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            old.Open();
            using var command = old.CreateCommand();
            command.CommandText = """
                CREATE TABLE message(question TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY(question, number)) STRICT, WITHOUT ROWID;
                INSERT INTO message VALUES('INC-7/3', 0, '{"index":0,"name":"3XDW6BQJ","size":12,"arrived":99,"place":"in","exposed":true,"sha256":"00ff","features":["empty-body","utf7-text"],"senderDomain":"example.net"}', 'In');
                INSERT INTO message VALUES('INC-7/3', 1, '{"index":1,"name":"HBWK2Q2P","size":3,"arrived":100,"place":"held","exposed":false,"sha256":null,"features":[],"senderDomain":null}', 'Held');
                """;
            command.ExecuteNonQuery();
        }

        for (var start = 0; start < 2; start++)
        {
            using var database = new Database(path);
            var messages = new RelayLedger(database).Messages(new QuestionId(7, 3));

            Assert.Equal(
                new MessageRecord(0, "3XDW6BQJ", 12, 99, Place.In, true)
                {
                    Sha256 = "00ff",
                    Features = messages[0].Features,
                    SenderDomain = "example.net",
                },
                messages[0]
            );
            Assert.Equal(["empty-body", "utf7-text"], messages[0].Features);
            Assert.Equal(new MessageRecord(1, "HBWK2Q2P", 3, 100, Place.Held, false) { Features = messages[1].Features }, messages[1]);
            Assert.Empty(messages[1].Features);
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    public void Dispose() => _bench.Dispose();

    private static Report Report(int run, string summary) =>
        new(new RunId(Bench.Question, run), JobKind.Check, Verdict.Clear, summary, new Dictionary<string, string>(), 1);
}

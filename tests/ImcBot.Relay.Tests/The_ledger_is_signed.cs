using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What the relay signs of its ledger.</summary>
public sealed class The_ledger_is_signed : IDisposable
{
    private static readonly Remedy Start = new([], null, [], [Call.To("service.start", ("service", FakeServer.Imc))]);

    private readonly Bench _bench = new();

    [Fact]
    public async Task Each_run_is_a_signed_row_that_names_the_one_before()
    {
        var first = await ActAsync(3);
        var second = await ActAsync(4);

        var (one, two) = (Read(first), Read(second));
        Assert.Equal((1, 1, ""), (one.Row.Row, one.Row.Nth, one.Row.Before));
        Assert.Equal((2, 2, LedgerStatement.HashOf(first.Statement!)), (two.Row.Row, two.Row.Nth, two.Row.Before));
        Assert.Equal((first.Run, first.At, LedgerRow.OutcomeOf(first)), (one.Row.Run, one.Row.Finished, one.Row.Outcome));
        Assert.InRange(one.Row.Begun!.Value, 1, one.Row.Finished);
        Assert.Equal(_bench.Key.PublicKey, one.PublicKey);
        Assert.Null(KeptStatement.Refuse(_bench.Ledger.Statements()));
        Assert.Equal(
            [first.Statement, second.Statement],
            _bench.Waiting().Where(report => report.Kind == JobKind.Act).Select(report => report.Statement)
        );
    }

    [Fact]
    public async Task A_refusal_is_signed_and_is_no_row()
    {
        var first = await ActAsync(3);

        var refused = await _bench.RunAsync(new RunId(new QuestionId(7, 9), 1), new string('a', 64));

        var row = Read(refused).Row;
        Assert.True(row.IsRefusal);
        Assert.Equal(
            (1, 1, LedgerStatement.HashOf(first.Statement!), LedgerRow.OutcomeOf(refused)),
            (row.Row, row.Nth, row.Before, row.Outcome)
        );
        Assert.Single(_bench.Ledger.Statements());
    }

    [Fact]
    public async Task A_lost_run_gets_its_row_when_it_is_told()
    {
        var (_, digest) = await StoppedAsync(3);
        _bench.Server.Changing = _ => throw new InvalidOperationException("the relay dies here");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.RunAsync(new RunId(Bench.Question, 1), digest));
        _bench.Server.Changing = null;
        _bench.Reopen();

        await _bench.Desk.Unasked.RecoverAsync(CancellationToken.None);

        var lost = Assert.Single(_bench.Waiting(), report => report.Kind == JobKind.Act);
        Assert.Equal((1, LedgerRow.OutcomeOf(lost)), (Read(lost).Row.Row, Read(lost).Row.Outcome));
    }

    [Fact]
    public async Task A_new_key_goes_on_with_the_same_chain()
    {
        var first = await ActAsync(3);
        var folder = Directory.CreateTempSubdirectory("imcbot-key-");
        using var old = _bench.Key;
        _bench.Key = RelayKey.Open(Path.Combine(folder.FullName, "next.key"));
        _bench.Reopen();

        _bench.Ledger.KeepHandover(KeyPrint.Of(_bench.Key.PublicKey), old.HandOver(_bench.Key, 5));
        var second = await ActAsync(4);

        Assert.Null(Read(first).Row.Handovers);
        Assert.Equal([KeyPrint.Of(old.PublicKey), KeyPrint.Of(_bench.Key.PublicKey)], KeyHandover.Chain(Read(second).Row.Handovers!));
        Assert.NotEqual(Read(first).PublicKey, Read(second).PublicKey);
        Assert.Equal(LedgerStatement.HashOf(first.Statement!), Read(second).Row.Before);
        Assert.Null(KeptStatement.Refuse(_bench.Ledger.Statements()));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_row_names_the_program_and_the_policy_and_the_report_the_servers_clock()
    {
        var report = await ActAsync(3);
        var refused = await _bench.RunAsync(new RunId(new QuestionId(7, 9), 1), new string('a', 64));

        Assert.All(
            [report, refused],
            one => Assert.Equal((ProgramDigest.Own, Bench.PolicyDigest), (Read(one).Row.Program, Read(one).Row.Policy))
        );
        Assert.All([report, refused], one => Assert.Equal(_bench.Server.Now, one.ServerAt));
    }

    [Theory]
    [InlineData("DELETE FROM statement WHERE row=1", 1)]
    [InlineData("UPDATE statement SET body=(SELECT body FROM statement WHERE row=1) WHERE row=2", 2)]
    [InlineData("UPDATE statement SET hash=replace(hash, substr(hash, 1, 1), 'x') WHERE row=1", 1)]
    public async Task A_ledger_that_other_hands_have_changed_names_the_first_row(string sql, int row)
    {
        await ActAsync(3);
        await ActAsync(4);

        _bench.Falsify(sql);

        Assert.StartsWith($"Row {row} ", KeptStatement.Refuse(_bench.Ledger.Statements()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_with_any_letter_changed_is_none()
    {
        var statement = (await ActAsync(3)).Statement!;

        // The last letter of each part may hold bits that mean nothing.
        for (var index = 0; index < statement.Length - 1; index++)
        {
            var other = statement[index] == 'A' ? 'B' : 'A';
            Assert.False(LedgerStatement.TryRead($"{statement[..index]}{other}{statement[(index + 1)..]}", out _), $"letter {index}");
        }
    }

    public void Dispose() => _bench.Dispose();

    private static LedgerStatement Read(Report report) =>
        LedgerStatement.TryRead(report.Statement!, out var read)
            ? read
            : throw new InvalidOperationException("The statement does not hold.");

    private Task<(Plan Plan, string Digest)> StoppedAsync(int question)
    {
        _bench.Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        return _bench.PlanAsync(Start, new QuestionId(7, question));
    }

    private async Task<Report> ActAsync(int question)
    {
        var (plan, digest) = await StoppedAsync(question);
        return await _bench.RunAsync(new RunId(new QuestionId(7, question), 1), digest, plan.Impact);
    }
}

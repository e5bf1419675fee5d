using System.Security.Cryptography;
using ImcBot.Bot.Export;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>The bot's own signatures are good in all of these: whoever holds its key has written them.</summary>
public sealed class The_relays_ledger_holds_the_transcript : IDisposable
{
    private readonly SignedNight _night = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_it_was_every_run_has_its_row_and_what_is_not_proven_is_said()
    {
        var told = _night.Tell();

        var believed = await ProveAsync(told);
        var compared = await ProveAsync(told, new LedgerTerms([_night.Print], SignedNight.Runs, _night.Head.Split(':')[1]));

        Assert.Null(believed.Problem);
        Assert.Equal((SignedNight.Runs, SignedNight.Runs, _night.Head), (believed.Ledger.Acts, believed.Ledger.Rows, believed.Ledger.Head));
        Assert.Contains(believed.Ledger.NotProven, line => line.Contains("bot's own register", StringComparison.Ordinal));
        Assert.Contains(believed.Ledger.NotProven, line => line.Contains("--relay-head", StringComparison.Ordinal));
        Assert.Null(compared.Problem);
        Assert.DoesNotContain(compared.Ledger.NotProven, line => line.Contains("--relay-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_report_that_the_bot_has_changed_is_found(int run)
    {
        var proof = await ProveAsync(
            _night.Tell(after: (at, acted) => at == run ? acted with { Report = acted.Report with { Summary = "all is well" } } : acted)
        );

        Assert.StartsWith($"Entry {SignedNight.EntryOf(run)}: the report of ", proof.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_row_taken_from_its_run_is_found(int run)
    {
        var proof = await ProveAsync(
            _night.Tell(
                after: (at, acted) => at == run ? acted with { Report = acted.Report with { Statement = null }, RelayKey = null } : acted
            )
        );

        Assert.StartsWith($"Entry {SignedNight.EntryOf(run)}", proof.Problem, StringComparison.Ordinal);
        Assert.Contains("no row signed", proof.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_change_places_are_found()
    {
        var rows = new List<Acted>();
        _night.Tell(
            after: (_, acted) =>
            {
                rows.Add(acted);
                return acted;
            }
        );

        // The run tells its own story under a row that was signed for the run after it.
        using var other = new SignedNight { Key = _night.Key };
        var proof = await ProveAsync(
            other.Tell(
                after: (at, acted) => at == 1 ? acted with { Report = acted.Report with { Statement = rows[2].Report.Statement } } : acted
            )
        );

        Assert.StartsWith($"Entry {SignedNight.EntryOf(1)}: the relay signed a row of ", proof.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_signed_in_another_order_than_the_bot_tells_are_found()
    {
        // The relay carried out run 2 before run 1; the bot tells it the other way round.
        var signed = new Dictionary<int, Acted>();
        var facts = ANight.Told.Select(one => one.Fact).OfType<Acted>().ToList();
        var plans = ANight.Told.SelectMany(one => one.Decision.Effects).OfType<RunAction>().ToDictionary(act => act.Run, act => act.Plan);
        foreach (var index in (int[])[0, 2, 1, .. Enumerable.Range(3, SignedNight.Runs - 3)])
        {
            signed[index] = facts[index] with
            {
                Report = facts[index].Report with { Statement = _night.Sign(facts[index].Report, plans[facts[index].Report.Run]) },
                RelayKey = _night.Print,
            };
        }

        using var other = new SignedNight();
        var proof = await ProveAsync(other.Tell(after: (at, _) => signed[at]));

        Assert.StartsWith(
            $"Entry {SignedNight.EntryOf(1)}: a run of the relay's ledger is missing before it",
            proof.Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_key_that_is_not_the_relays_is_found()
    {
        using var stranger = new SignedNight();
        var told = _night.Tell(
            after: (at, acted) =>
                at == 1 ? acted with { Report = acted.Report with { Statement = stranger.Sign(acted.Report, "p") } } : acted
        );
        var stolen = stranger.Tell();

        Assert.StartsWith($"Entry {SignedNight.EntryOf(1)}: ", (await ProveAsync(told)).Problem, StringComparison.Ordinal);
        Assert.Contains("which the bot did not know", (await ProveAsync(told)).Problem, StringComparison.Ordinal);
        Assert.StartsWith(
            $"Entry {SignedNight.EntryOf(0)}: ",
            (await ProveAsync(stolen, new LedgerTerms([_night.Print], null, ""))).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_run_of_the_ledger_that_the_transcript_does_not_tell_is_found_in_the_middle_and_at_the_end()
    {
        var report = ANight.Told.Select(one => one.Fact).OfType<Acted>().First().Report;
        var middle = await ProveAsync(
            _night.Tell(before: run =>
            {
                if (run == 2)
                {
                    _night.Sign(report with { Run = new RunId(report.Run.Question, 99) }, "p");
                }
            })
        );
        using var later = new SignedNight();
        var told = later.Tell();
        later.Sign(report with { Run = new RunId(report.Run.Question, 99) }, "p");
        var end = await ProveAsync(told, new LedgerTerms([], SignedNight.Runs + 1, later.Head.Split(':')[1]));

        Assert.StartsWith(
            $"Entry {SignedNight.EntryOf(2)}: a run of the relay's ledger is missing before it",
            middle.Problem,
            StringComparison.Ordinal
        );
        Assert.Contains($"after row {SignedNight.Runs} a run is missing", end.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_signed_for_another_plan_is_found()
    {
        var proof = await ProveAsync(
            _night.Tell(
                after: (at, acted) =>
                    at != 0
                        ? acted
                        : acted with
                        {
                            Report = acted.Report with
                            {
                                Statement = new SignedNight { Key = _night.Key }.Sign(acted.Report, new string('a', 64)),
                            },
                        }
            )
        );

        Assert.StartsWith($"Entry {SignedNight.EntryOf(0)}: the relay signed that ", proof.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_changed_on_the_way_holds_and_both_are_named()
    {
        using var old = _night.Key;
        var before = _night.Print;
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var told = _night.Tell(before: run => _night.Key = run >= 2 ? next : old);

        var proof = await ProveAsync(told);

        Assert.Null(proof.Problem);
        Assert.Equal([before, _night.Print], proof.Ledger.Keys);
        Assert.Null((await ProveAsync(told, new LedgerTerms([before, _night.Print], null, ""))).Problem);
        Assert.StartsWith(
            $"Entry {SignedNight.EntryOf(2)}: ",
            (await ProveAsync(told, new LedgerTerms([before], null, ""))).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_first_key_vouches_for_every_key_that_it_was_handed_on_to()
    {
        using var first = _night.Key;
        var print = _night.Print;
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var third = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var told = _night.Tell(before: run =>
        {
            if (run is 1 or 2)
            {
                _night.Rotate(run == 1 ? second : third);
            }
        });

        var proof = await ProveAsync(told, new LedgerTerms([print], SignedNight.Runs, _night.Head.Split(':')[1]));

        Assert.Null(proof.Problem);
        Assert.Equal(3, proof.Ledger.Keys.Count);
    }

    [Theory]
    [InlineData("a stranger's")]
    [InlineData("another key's")]
    [InlineData("the middle one missing")]
    public async Task A_hand_over_that_the_trusted_key_did_not_sign_is_worth_nothing(string handover)
    {
        using var first = _night.Key;
        var print = _night.Print;
        using var stranger = new SignedNight();
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var third = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var told = _night.Tell(before: run =>
        {
            if (run != 2)
            {
                return;
            }

            if (handover == "a stranger's")
            {
                stranger.Rotate(second);
                _night.Key = second;
                _night.Handovers.AddRange(stranger.Handovers);
                return;
            }

            _night.Rotate(second);
            if (handover == "another key's")
            {
                _night.Key = third;
                return;
            }

            _night.Rotate(third);
            _night.Handovers.RemoveAt(0);
        });

        var proof = await ProveAsync(told, new LedgerTerms([print], null, ""));

        Assert.StartsWith($"Entry {SignedNight.EntryOf(2)}: ", proof.Problem, StringComparison.Ordinal);
        Assert.Contains("is signed by the key", proof.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_signs_nothing_is_said_to_prove_nothing()
    {
        var proof = await ProveAsync(ANight.Told);

        Assert.Null(proof.Problem);
        Assert.Contains("signed no row", Assert.Single(proof.Ledger.NotProven), StringComparison.Ordinal);
        Assert.NotNull((await ProveAsync(ANight.Told, new LedgerTerms([_night.Print], null, ""))).Problem);
    }

    public void Dispose() => _night.Dispose();

    private static async Task<TranscriptProof> ProveAsync(IReadOnlyList<(Fact Fact, Decision Decision)> told, LedgerTerms? terms = null)
    {
        using var sample = await SampleJournal.WriteAsync(told);
        await using var file = new MemoryStream(await sample.ExportAsync("jsonl"));
        return await TranscriptCheck.VerifyAsync(file, null, Token, terms);
    }
}

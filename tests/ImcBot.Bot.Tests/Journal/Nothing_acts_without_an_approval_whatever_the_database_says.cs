using System.Globalization;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Core.Proof;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>
/// Any sequence of facts over a real journal, while texts are redacted, retention has passed, and rows of deadlines, threads and codes are
/// changed, planted or taken
/// away under the running bot and between two starts. More sequences and where to go on: <c>tests/campaigns/README.md</c>.
/// </summary>
public sealed class Nothing_acts_without_an_approval_whatever_the_database_says
{
    private const int Length = 60,
        Number = 7;

    private static readonly int Sequences = Setting("IMCBOT_DATABASE_SEQUENCES", 12),
        First = Setting("IMCBOT_SEQUENCES_FROM", 0);

    private static readonly string[] Changes =
    [
        "delete from entry_values where abs(random()) % 2 = 0",
        "delete from entry_values",
        "delete from deadlines where abs(random()) % 2 = 0",
        "delete from deadlines",
        "update deadlines set at = 1",
        "update deadlines set at = at + 3600000000",
        "insert or ignore into deadlines select 7, deadline, abs(random()) % 9, 1 from deadlines",
        "update incidents set thread = 'another'",
        "update incidents set thread = null",
        "delete from codes",
        "insert or ignore into codes (secret_hash, host, administrator, expires_at) values ('x', 'EXCH01', 'x', 9000000000000000)",
        "insert or ignore into deadlines values (7, 'RequestExpires', 2, 1), (7, 'WatchEnds', 3, 1), (7, 'RunOverdue', 2, 1), (7, "
            + "'SurveyEnds', 1, 1)",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_facts_over_a_changed_database()
    {
        var runs = 0;
        for (var seed = First; seed < First + Sequences; seed++)
        {
            runs += await PlayAsync(seed);
        }

        Assert.True(runs > 0 || Sequences < 12, "no sequence came to a run");
    }

    private static async Task<int> PlayAsync(int seed)
    {
        await using var room = await EngineRoom.NewAsync();
        var (told, chance, runs) = (new RandomFacts(seed), new Random(seed), 0);
        await room.SqlAsync(
            "insert into incidents (number, host, relay, opened_at, is_open, phase, head_seq) values (6, 'X', 'x', 0, 0, 'Closed', 0)"
        );
        await room.Engine.OpenAsync(Some.Host, (_, number, _) => told.Opening with { Number = number }, Token);
        using var watcher = room.DeadlineMonitor();
        for (var step = 0; step < Length; step++)
        {
            told.Step();
            var fact = told.Facts[^1];
            room.Clock.Advance(TimeSpan.FromMicroseconds(fact.At - room.Clock.Micros()));
            if (chance.Next(3) == 0)
            {
                await room.SqlAsync(Changes[chance.Next(Changes.Length)]);
                if (chance.Next(2) == 0)
                {
                    await room.Engine.ForgetAsync(Number, Token);
                }
            }

            if (seed % 3 == 0)
            {
                await watcher.LookAsync(Token);
            }

            var before = (await room.Engine.FindAsync(Number, Token))!;
            var decision = await room.Engine.TellAsync(Number, at => fact with { At = at }, Token);
            var broken = Laws.Broken(before, fact, decision).ToList();
            Assert.True(broken.Count == 0, $"seed {seed}, step {step}: {string.Join(' ', broken)}");
            runs += decision.Effects.OfType<RunAction>().Count();
        }

        var known = (await room.Engine.FindAsync(Number, Token))!;
        await room.SqlAsync("delete from entry_values; delete from deadlines; update incidents set thread = null");
        await room.Engine.ForgetAsync(Number, Token);
        var later = (await room.Engine.FindAsync(Number, Token))!;
        Assert.Equal(StandingOf(known), StandingOf(later));
        Assert.DoesNotContain(await room.EntriesAsync(Number), entry => entry.Read().Parking is not null);
        return runs;
    }

    private static string StandingOf(Incident incident) =>
        string.Join(
            ' ',
            incident.Phase,
            incident.Thread,
            incident.LastQuestion,
            incident.Proposal?.Question,
            incident.Request?.Digest,
            incident.Task?.Kind,
            incident.Search?.Run,
            incident.Search?.Held,
            string.Join(',', incident.Changes.Select(change => $"{change.Question} {change.State}")),
            string.Join(',', incident.Questions.Select(open => $"{open.Key} {open.Value.Kind}"))
        );

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Testing.Isolation;

namespace ImcBot.Benchmarks.Isolation;

/// <summary>The tables of the <c>isolation</c> command. A figure beyond its bound is marked and counted.</summary>
internal sealed class IsolationReport(int placements, int from, TextWriter screen)
{
    private static readonly int[] Counts = [10, 100, 1_000, 10_000, 100_000];
    private readonly StringBuilder _text = new();

    /// <summary>How many figures are beyond their bound.</summary>
    public int Missed { get; private set; }

    public string Write()
    {
        Line($"## Search for bad messages: {placements} seeded placements for each row, seeds from {from} on");
        Line("");
        Line(
            "`floor` is ceil(log2 C(N,k)). `plain` is plain binary splitting on the same placements, told as much as the search "
                + "(that the store has died on this spool before); `one by one` is the"
        );
        Line(
            "article's way. `!` marks a figure beyond its bound, `?` a loss against plain that is within chance (two standard "
                + "errors). The start on the empty spool is not counted as a round. *Separated*: every message"
        );
        Line(
            "was accepted, or failed alone, or was named. *Proved*: the bad ones failed so often that chance is no explanation "
                + "(odds 100,000 : 1)."
        );
        VerdictOnly();
        Untold();
        MoreSeen();
        WhyOneMore();
        Crashes();
        ChanceCrashes();
        Planning();
        Line("");
        Line(
            Missed == 0
                ? "Every figure is within its bound, but those marked `*`: for each of them the text below its table names the "
                    + "proof that no way can hold it."
                : $"{Missed} figures are beyond their bound."
        );
        return _text.ToString();
    }

    private void VerdictOnly()
    {
        Head(
            "Verdict only: rounds until separated, and (last columns) until proved",
            "N",
            "k",
            "floor",
            "mean",
            "bound",
            "plain",
            "gain",
            "one by one",
            "most",
            "bound",
            "proved: mean",
            "most",
            "right"
        );
        var used = new Dictionary<int, (double Ours, double Plain)>();
        foreach (var (n, k) in Cases())
        {
            var separated = new Trial(n, k, Seen.Verdict, SearchAim.Separate).Run(placements, from);
            var proved = new Trial(n, k, Seen.Verdict, SearchAim.Prove).Run(placements, from);
            var floor = Placement.Floor(n, k);
            double mean = floor + (2 * k) + 1,
                most = floor + (3 * k) + 2;
            Row(
                n,
                k,
                floor,
                Within(separated.Rounds, mean),
                mean,
                separated.PlainRounds,
                Gain(separated),
                OtherWays.OneByOne(n),
                Within(separated.MostRounds, most),
                most,
                proved.Rounds,
                proved.MostRounds,
                All(Math.Min(separated.Right, proved.Right))
            );
            var (ours, plain) = used.GetValueOrDefault(n);
            used[n] = k == 0 ? default : (ours + Share(n, k, separated.Rounds), plain + Share(n, k, separated.PlainRounds));
        }

        Line("");
        Line(
            "`gain` is plain less mean, with its standard error. How much can be gained at all: the rounds of a run spell out which "
                + "messages are bad, so by Kraft's"
        );
        Line(
            "inequality the sum of C(N,k) / 2^mean over k = 1 to 5 is at most 1, whatever way is used. A way that saves g rounds in "
                + "every row multiplies it by 2^g."
        );
        Head("Share of what is possible (at most 1)", "N", "search", "plain", "no way saves in every row more than");
        foreach (var (n, (ours, plain)) in used)
        {
            Row(n, ours, plain, -Math.Log2(plain));
        }
    }

    private static double Share(int count, int bad, double rounds) => Math.Pow(2, Placement.Bits(count, bad) - rounds);

    /// <summary>A loss is a miss when chance does not explain it.</summary>
    private string Gain(TrialResult result)
    {
        var text = FormattableString.Invariant($"{result.Gain:+0.00;-0.00;0} ± {result.GainError:0.00}");
        return result.Gain >= -1e-9 ? text
            : result.Gain + (2 * result.GainError) >= 0 ? $"{text} ?"
            : Mark(text, missed: true);
    }

    private void Untold()
    {
        Head(
            "Verdict only, when nobody saw the store die before: everything is returned first",
            "N",
            "k",
            "floor",
            "mean",
            "bound",
            "plain",
            "one by one",
            "most",
            "bound",
            "crashes until mail flows",
            "plain",
            "one by one"
        );
        foreach (var (n, k) in Cases())
        {
            var untold = new Trial(n, k, Seen.Verdict, SearchAim.Separate, Told: false).Run(placements, from);
            double mean = Placement.Floor(n, k) + (2 * k) + 1,
                most = mean + k + 1;
            Row(
                n,
                k,
                Placement.Floor(n, k),
                Within(untold.Rounds, mean),
                mean,
                untold.PlainRounds,
                OtherWays.OneByOne(n),
                Within(untold.MostRounds, most),
                most,
                untold.CrashesUntilFlow,
                untold.PlainCrashesUntilFlow,
                untold.OneByOneCrashesUntilFlow
            );
        }
    }

    private void MoreSeen()
    {
        Head(
            "More is seen: most rounds until separated (mean)",
            "N",
            "k",
            "floor",
            "plain (verdict)",
            "one by one",
            "order seen",
            "bound",
            "proved",
            "events name it",
            "bound",
            "named, five innocents suspected",
            "bound",
            "among five suspects, order seen",
            "verdict only",
            "bound",
            "right"
        );
        foreach (var (n, k) in Cases())
        {
            var order = new Trial(n, k, Seen.Order, SearchAim.Separate).Run(placements, from);
            var proved = new Trial(n, k, Seen.Order, SearchAim.Prove).Run(placements, from);
            var named = new Trial(n, k, Seen.Names, SearchAim.Separate).Run(placements, from);
            var distracted =
                n < 10 + k ? null : new Trial(n, k, Seen.Names, SearchAim.Separate, FiveSuspects.Innocents).Run(placements, from);
            var followed = new Trial(n, k, Seen.Order, SearchAim.Separate, FiveSuspects.Culprits).Run(placements, from);
            var suspects = new Trial(n, k, Seen.Verdict, SearchAim.Separate, FiveSuspects.Culprits).Run(placements, from);
            Row(
                n,
                k,
                Placement.Floor(n, k),
                order.PlainRounds,
                OtherWays.OneByOne(n),
                Most(order, (2 * k) + 2),
                (2 * k) + 2,
                $"{proved.MostRounds} ({Number(proved.Rounds)})",
                Most(named, k + 2),
                k + 2,
                distracted is null ? "" : Most(distracted, k + 2),
                k + 2,
                Most(followed, k + 4),
                k == 1 ? $"{Most(suspects, k + 5)} *" : Most(suspects, k + 4),
                k + 4,
                All(new[] { order, named, followed, suspects, distracted ?? order }.Min(r => r.Right))
            );
        }
    }

    private void WhyOneMore()
    {
        Line("");
        Line(
            "`*` A single culprit among five suspects, seen by verdicts only, takes 6 rounds. No way of trying can hold k + 4 for "
                + "every k and also return mail without"
        );
        Line(
            "a crash first: the first round must then be without any suspect, and `Five_suspects_take_their_number_of_tries` searches every way of "
                + "spending the k + 3 rounds that are left. They are not"
        );
        Line(
            "enough; that one row must give, and by one round. Were a suspect in the first round, k + 4 would do, at the price of a "
                + "store crash before mail flows."
        );
    }

    private void Crashes()
    {
        Head(
            "Mean store crashes until good mail flows, and in the whole search",
            "N",
            "k",
            "culprits among suspects",
            "nothing suspicious",
            "half of plain",
            "one by one",
            "suspects all innocent",
            "rounds then: floor",
            "most (mean)",
            "bound",
            "plain",
            "one by one",
            "whole search",
            "plain",
            "one by one"
        );
        foreach (var (n, k) in Cases().Where(c => c.Bad > 0))
        {
            var among = new Trial(n, k, Seen.Verdict, SearchAim.Flow, FiveSuspects.Culprits).Run(placements, from);
            var none = new Trial(n, k, Seen.Verdict, SearchAim.Separate).Run(placements, from);
            var innocent =
                n < 10 + k ? null : new Trial(n, k, Seen.Verdict, SearchAim.Separate, FiveSuspects.Innocents).Run(placements, from);
            var half = none.PlainCrashesUntilFlow / 2;
            int floor = Placement.Floor(n, k),
                most = floor + (3 * k) + 2;
            Row(
                n,
                k,
                Within(among.CrashesUntilFlow, 0),
                Within(none.CrashesUntilFlow, half),
                half,
                none.OneByOneCrashesUntilFlow,
                innocent is null ? ""
                    : half < 1 ? $"{Number(innocent.CrashesUntilFlow)} *"
                    : Within(innocent.CrashesUntilFlow, half),
                floor,
                innocent is null ? "" : Most(innocent, most),
                most,
                innocent is null ? "" : innocent.PlainRounds,
                OtherWays.OneByOne(n),
                none.Crashes,
                none.PlainCrashes,
                k
            );
        }

        Line("");
        Line(
            "Both must stay below `half of plain`. When all five suspects are innocent the first round, which returns everything "
                + "else, holds every culprit and fails for certain. `*`: proved"
        );
        Line(
            "out of reach. Half of plain is less than that one crash, so no way that returns all but the suspects first (as 0 "
                + "crashes with a culprit among them and k + 4 rounds ask for) is"
        );
        Line(
            "below it. The next rounds are a few messages each until mail flows, and all messages count alike from then on: "
                + "suspicion explains worse what was seen than none."
        );
    }

    private void ChanceCrashes()
    {
        Head(
            "2 % of rounds fail by chance (verdict only, proved)",
            "N",
            "k",
            "floor",
            "mean rounds",
            "plain (never by chance)",
            "one by one",
            "right",
            "runs with an innocent called bad"
        );
        foreach (var (n, k) in Cases())
        {
            var noisy = new Trial(n, k, Seen.Verdict, SearchAim.Prove, ChanceRate: Failure.ChanceRate).Run(placements, from);
            Row(
                n,
                k,
                Placement.Floor(n, k),
                noisy.Rounds,
                noisy.PlainRounds,
                OtherWays.OneByOne(n),
                Mark($"{100.0 * noisy.Right / placements:0.0} %", noisy.Right < 0.99 * placements),
                Mark($"{noisy.InnocentsCalledBad}", noisy.InnocentsCalledBad > 0)
            );
        }
    }

    /// <summary>
    /// The slowest single plan, each the best of three, in a search of 100,000 messages, five of them bad and 1,000 of them weighed.
    /// </summary>
    private void Planning()
    {
        var outline = SearchOutline.Plain(100_000, 1) with
        {
            Weights = ImmutableSortedDictionary.CreateRange(
                Enumerable.Range(0, 1000).Select(i => KeyValuePair.Create(i * 97, 2.0 + (i % 7)))
            ),
        };
        double slowest = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var limits = new SearchLimits(int.MaxValue, int.MaxValue, int.MaxValue / 2);
            var spool = new SimulatedSpool(Placement.Of(100_000, 5, seed), Seen.Verdict, 0, seed);
            foreach (var state in SearchRun.Of(SearchState.Begin(outline, limits, seed).GoOn(SearchAim.Prove), spool).States)
            {
                slowest = Math.Max(slowest, Enumerable.Range(0, 3).Min(_ => Milliseconds(state)));
            }
        }

        Head("Planning one round, 100,000 messages of which 1,000 are weighed", "slowest, ms", "bound");
        Row(Within(slowest, 50), 50);
    }

    private static double Milliseconds(SearchState state)
    {
        var from = Stopwatch.GetTimestamp();
        _ = state.NextRound();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }

    private static IEnumerable<(int Count, int Bad)> Cases() => Counts.SelectMany(n => Enumerable.Range(0, 6).Select(k => (n, k)));

    private string Most(TrialResult result, int bound) => Mark($"{result.MostRounds} ({Number(result.Rounds)})", result.MostRounds > bound);

    private string All(int right) => Mark(right == placements ? "all" : $"{right}", right < placements);

    private string Within(double figure, double bound) => Mark(Number(figure), figure > bound + 1e-9);

    private string Mark(string figure, bool missed)
    {
        Missed += missed ? 1 : 0;
        return missed ? figure + " !" : figure;
    }

    private static string Number(double figure) =>
        figure.ToString(figure == Math.Floor(figure) ? "0" : "0.00", CultureInfo.InvariantCulture);

    private void Head(string title, params string[] columns)
    {
        Line("");
        Line($"### {title}");
        Line("");
        Line($"| {string.Join(" | ", columns)} |");
        Line($"|{string.Concat(columns.Select(_ => "---:|"))}");
    }

    private void Row(params object[] cells) =>
        Line(
            $"| {string.Join(" | ", cells.Select(c => c is double number ? Number(number) : c is int whole ? whole.ToString("N0", CultureInfo.InvariantCulture) : c))} |"
        );

    private void Line(string line)
    {
        screen.WriteLine(line);
        _text.Append(line).Append('\n');
    }
}

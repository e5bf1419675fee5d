using System.CommandLine;
using System.Diagnostics;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Testing;
using ImcBot.Testing.Mail;

namespace ImcBot.Benchmarks.Postfix;

/// <summary><c>postfix</c>: the relay beside the tools of a live Postfix, in turn on the same queue; the medians of the ratios count.</summary>
internal static class PostfixCommand
{
    private const double SurveyBound = 3,
        HoldBound = 2,
        FirstMailBound = 2;

    private const string Bad = "X-Bad: yes";

    /// <summary>Nothing is tried again while it is measured.</summary>
    private static readonly string[] Still = ["minimal_backoff_time = 10h", "maximal_backoff_time = 10h", "queue_run_delay = 10h"];

    public static Command Create()
    {
        var messages = new Option<int>("--messages") { Description = "How many wait.", DefaultValueFactory = _ => 10_000 };
        var few = new Option<int>("--few")
        {
            Description = "How many wait behind a bad one, for the first good mail.",
            DefaultValueFactory = _ => 200,
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 5 };
        var command = new Command("postfix", "Surveys, holds and releases the queue of a live Postfix, against its own tools")
        {
            messages,
            few,
            rounds,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(messages), parsed.GetValue(few), parsed.GetValue(rounds), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int messages, int few, int rounds, CancellationToken cancellationToken)
    {
        if (LivePostfix.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 1;
        }

        var (surveys, holds) = await QueueAsync(messages, rounds, cancellationToken);
        var firsts = new List<(double Hand, double Relay)>();
        for (var round = 0; round <= rounds; round++)
        {
            var hand = await FirstGoodMailAsync(few, ByHandAsync, cancellationToken);
            var relay = await FirstGoodMailAsync(few, ByRelayAsync, cancellationToken);
            Console.WriteLine(
                $"first good mail of {few}: by hand {hand * 1000:0} ms, relay {relay * 1000:0} ms, ratio {relay / hand:0.00}"
            );
            firsts.Add((hand, relay));
        }

        // The first of each compiles.
        return
            Holds("survey", surveys.Skip(1), SurveyBound)
            & Holds("hold and release", holds.Skip(1), HoldBound)
            & Holds("first good mail", firsts.Skip(1), FirstMailBound)
            ? 0
            : 1;
    }

    private static async Task<(List<(double Bare, double Relay)> Surveys, List<(double Bare, double Relay)> Holds)> QueueAsync(
        int messages,
        int rounds,
        CancellationToken cancellationToken
    )
    {
        using var postfix = new LivePostfix(Loopback.FreePort(), further: Still);
        await postfix.StartAsync();
        postfix.SendMany(messages);
        await LivePostfix.UntilAsync(() => postfix.In("deferred").Count == messages);
        using var bench = new QueueBench(postfix);
        var (queue, items) = await bench.ListAsync(cancellationToken);
        var ids = string.Concat(items.Select(item => item.Name + "\n"));
        var (surveys, holds) = (new List<(double, double)>(), new List<(double, double)>());
        for (var round = 0; round <= rounds; round++)
        {
            var list = await SecondsAsync(() => Demand(messages, Lines(postfix.Ask("postqueue", "-j"))));
            var survey = await SecondsAsync(async () =>
            {
                foreach (var unknown in await bench.SurveyAsync(cancellationToken))
                {
                    throw new InvalidOperationException(unknown);
                }
            });
            var bare = await SecondsAsync(() =>
            {
                postfix.Give(ids, "postsuper", "-h", "-");
                postfix.Give(ids, "postsuper", "-H", "-");
                return Task.CompletedTask;
            });
            var relay = await SecondsAsync(async () =>
            {
                await Demand(messages, await bench.HoldAsync(queue, items, cancellationToken));
                await Demand(messages, await bench.ReleaseAsync(queue, items, cancellationToken));
            });
            Console.WriteLine(
                $"{messages:N0} messages: postqueue -j {list * 1000:0} ms, survey {survey * 1000:0} ms, ratio {survey / list:0.00}; postsuper "
                    + $"{bare * 1000:0} ms, relay {relay * 1000:0} ms, ratio {relay / bare:0.00}"
            );
            surveys.Add((list, survey));
            holds.Add((bare, relay));
        }

        return (surveys, holds);
    }

    /// <summary>
    /// One message ends the connection to the filter, and the rest waits behind it. Whoever mends it looks at the queue, holds what Postfix
    /// names there, and has the rest tried; counted is from the beginning until the filter has taken the first of the rest.
    /// </summary>
    private static async Task<double> FirstGoodMailAsync(
        int few,
        Func<LivePostfix, string, Func<Task<double>>, Task<double>> mend,
        CancellationToken cancellationToken
    )
    {
        using var filter = new SmtpDoor { Breaks = message => message.Contains(Bad, StringComparison.Ordinal) };
        using var postfix = new LivePostfix(filter.Port, filter.Port, further: Still);
        await postfix.StartAsync();
        var bad = await postfix.SendAsync($"Subject: bad\r\n{Bad}");
        await LivePostfix.UntilAsync(() => postfix.In("deferred").Count == 1);
        postfix.SendMany(few);
        await LivePostfix.UntilAsync(() => postfix.In("deferred").Count == few + 1);
        return await mend(
            postfix,
            bad,
            async () =>
            {
                var since = Stopwatch.GetTimestamp();
                while (filter.Taken.IsEmpty)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
                }

                return Stopwatch.GetElapsedTime(since).TotalSeconds;
            }
        );
    }

    private static async Task<double> ByHandAsync(LivePostfix postfix, string bad, Func<Task<double>> taken)
    {
        var first = taken();
        var named = QueuedMail.Read(postfix.Ask("postqueue", "-j")).Where(mail => mail.FailedDirectly).Select(mail => mail.Id);
        await Demand(bad, string.Join(' ', named));
        postfix.Ask("postsuper", "-h", bad);
        postfix.Ask("postqueue", "-f");
        return await first;
    }

    private static async Task<double> ByRelayAsync(LivePostfix postfix, string bad, Func<Task<double>> taken)
    {
        using var bench = new QueueBench(postfix);
        var plan = await bench.PlanAsync(CancellationToken.None);
        var first = taken();
        await bench.SearchAsync(plan, CancellationToken.None);
        return await first;
    }

    private static int Lines(string text) => text.Count(letter => letter == '\n');

    private static Task Demand<T>(T wanted, T given)
        where T : IEquatable<T> =>
        given.Equals(wanted)
            ? Task.CompletedTask
            : throw new InvalidOperationException($"{given} and not {wanted}: what was measured is not what was meant.");

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        GC.Collect();
        var since = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static bool Holds(string what, IEnumerable<(double Bare, double Relay)> measured, double bound)
    {
        var ratios = measured.Select(one => one.Relay / one.Bare).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        Console.WriteLine($"{what}: ratio {ratio:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00}, bound {bound})");
        return ratio <= bound;
    }
}

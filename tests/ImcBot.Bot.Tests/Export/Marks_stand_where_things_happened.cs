using System.Globalization;
using System.Text.RegularExpressions;
using ImcBot.Bot.Export;
using ImcBot.Bot.Export.Html;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed partial class Marks_stand_where_things_happened
{
    [Theory]
    [InlineData("Votes", 3)]
    [InlineData("Runs", 3)]
    [InlineData("People", 4)]
    [InlineData("Notes", 1)]
    [InlineData("Events", 1)]
    public async Task Each_lane_shows_as_much_as_the_journal_holds(string lane, int least)
    {
        var told = Marks(await DrawAsync()).Where(mark => mark.Lane == lane).Sum(mark => mark.Count);

        Assert.Equal(Facts(lane).Count, told);
        Assert.True(told >= least, $"{told} on the lane of {lane}");
    }

    [Fact]
    public async Task The_greeting_of_a_relay_is_marked_whether_or_not_it_names_its_programs()
    {
        var night = ANight
            .Play("EXCH01")
            .Tell(at => new Introduced(at, Some.Profile))
            .Tell(at => new Introduced(at, Some.Profile, new Builds("bot", "relay", "policy", "0.1.0")));

        var marks = Marks(await DrawAsync(night.Told));

        Assert.Equal(Facts("People").Count + 2, marks.Where(mark => mark.Lane == "People").Sum(mark => mark.Count));
    }

    [Fact]
    public async Task A_yes_points_up_in_green_a_no_points_down_in_red_and_a_run_that_failed_is_a_cross()
    {
        var marks = Marks(await DrawAsync());

        Assert.All(
            marks.Where(mark => mark.Lane == "Votes"),
            mark =>
                Assert.Equal(
                    ANight.Told[mark.Entry - 1].Fact is Voted { Answer: Answer.Approve } ? ("markgood", 3) : ("markbad", 3),
                    (mark.Kind, mark.Corners)
                )
        );
        Assert.Contains(marks, mark => mark is { Lane: "Votes", Kind: "markgood" });
        Assert.Contains(marks, mark => mark is { Lane: "Votes", Kind: "markbad" });
        Assert.All(
            marks.Where(mark => mark.Lane == "Runs"),
            mark =>
                Assert.Equal(
                    ANight.Told[mark.Entry - 1].Fact is Acted { Report.Verdict: Contracts.Verdict.Clear } ? ("mark", 4) : ("markbad", 12),
                    (mark.Kind, mark.Corners)
                )
        );
    }

    [Fact]
    public async Task Marks_go_from_left_to_right_in_the_order_of_their_entries()
    {
        var marks = Marks(await DrawAsync());

        Assert.All(
            marks.GroupBy(mark => mark.Lane),
            lane => Assert.Equal(lane.Select(mark => mark.X).Order(), lane.OrderBy(mark => mark.Entry).Select(mark => mark.X))
        );
        Assert.All(marks, mark => Assert.InRange(mark.X, 92, 984));
    }

    private static IReadOnlyList<Fact> Facts(string lane) =>
        [
            .. ANight
                .Told.Select(told => told.Fact)
                .Where(fact =>
                    lane switch
                    {
                        "Votes" => fact is Voted,
                        "Runs" => fact is Acted,
                        "People" => fact is Commanded,
                        "Notes" => fact is Noted { IsNote: true },
                        _ => fact is Opened or Alerted or RelaySilent or RelayHeard,
                    }
                ),
        ];

    private static async Task<string> DrawAsync(IEnumerable<(Fact Fact, Decision Decision)>? told = null)
    {
        using var sample = await SampleJournal.WriteAsync(told ?? ANight.Told);
        var reading = new JournalReading(sample.Journal, new RunbookRepository(sample.Journal, []));
        var story = await reading.StoryAsync(sample.Incident, TestContext.Current.CancellationToken);
        return TimelinePlot.Draw(story, story.Incident!);
    }

    private static List<Drawn> Marks(string svg)
    {
        var lanes = Lane().Matches(svg).ToDictionary(lane => Number(lane.Groups["y"].Value) - 4, lane => lane.Groups["name"].Value);
        return
        [
            .. Shape()
                .Matches(svg)
                .Select(shape =>
                {
                    (double X, double Y)[] corners =
                    [
                        .. shape
                            .Groups["points"]
                            .Value.Split(' ')
                            .Select(point => point.Split(','))
                            .Select(point => (Number(point[0]), Number(point[1]))),
                    ];
                    return Of(shape, corners.Average(corner => corner.X), corners.Average(corner => corner.Y), corners.Length);
                }),
            .. Circle().Matches(svg).Select(circle => Of(circle, Number(circle.Groups["x"].Value), Number(circle.Groups["y"].Value), 0)),
        ];

        Drawn Of(Match match, double x, double y, int corners) =>
            new(
                lanes.MinBy(lane => Math.Abs(lane.Key - y)).Value,
                match.Groups["kind"].Value,
                corners,
                Math.Round(x),
                int.Parse(match.Groups["entry"].Value, CultureInfo.InvariantCulture),
                match.Groups["more"] is { Success: true, Value: var more } ? 1 + int.Parse(more, CultureInfo.InvariantCulture) : 1
            );
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""<text x="12" y="(?<y>[\d.]+)"[^>]*>(?<name>Events|People|Votes|Runs|Notes)</text>""")]
    private static partial Regex Lane();

    [GeneratedRegex(
        """<polygon points="(?<points>[^"]+)" class="(?<kind>\w+)"><title>entry (?<entry>\d+), [^<]*?(?: and (?<more>\d+) more)?</title>"""
    )]
    private static partial Regex Shape();

    [GeneratedRegex(
        """<circle cx="(?<x>[\d.]+)" cy="(?<y>[\d.]+)" r="[\d.]+" class="(?<kind>\w+)"><title>entry (?<entry>\d+), [^<]*?(?: and (?<more>\d+) more)?</title>"""
    )]
    private static partial Regex Circle();

    private sealed record Drawn(string Lane, string Kind, int Corners, double X, int Entry, int Count);
}

using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>What the incidents of some days come to, counted from their journals.</summary>
/// <param name="Outages">How many incidents had the service down.</param>
/// <param name="DownSeconds">How long it was down, all of them together.</param>
/// <param name="Causes">In how many incidents each step of the article found something, though it may be clear by now; by its name.</param>
internal sealed record Figures(
    int Days,
    int Incidents,
    Waits Waits,
    IReadOnlyDictionary<string, int> Causes,
    Decisions Decisions,
    int Outages = 0,
    double DownSeconds = 0
)
{
    /// <summary>How many more were opened in these days and are not counted, the oldest.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many of the others cannot be read and are not counted either: nothing of their journals holds.</summary>
    public int Unread { get; init; }

    public const double QuickSeconds = 3;

    public static Figures Of(int days, IReadOnlyList<ReviewModel> stories)
    {
        var incidents = stories.Where(model => model.Incident is not null).ToList();
        var decided = incidents
            .SelectMany(model => model.Incident!.Requests)
            .Where(request => request.State is not ChangeState.Asked)
            .ToList();
        var answers = decided
            .Where(request => !request.Votes.IsEmpty)
            .Select(request => (request.Votes[0].Answer, Seconds: (request.Votes[0].At - request.AskedAt) / 1e6))
            .ToList();
        return new Figures(
            days,
            incidents.Count,
            new Waits(
                [.. incidents.Select(TakenAfter).OfType<double>()],
                [.. answers.Select(answer => answer.Seconds)],
                [.. incidents.Select(ResolvedAfter).OfType<double>()]
            ),
            incidents
                .SelectMany(CausesOf)
                .GroupBy(name => name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            new Decisions(
                decided.Count(request => request.IsApproved),
                decided.Count(request => request.State is ChangeState.Refused),
                decided.Count(request => request.State is ChangeState.Expired),
                answers.Count(answer => answer.Answer is Answer.Approve && answer.Seconds < QuickSeconds)
            ),
            incidents.Count(model => model.Outages.Items.Count > 0),
            incidents.Sum(model => model.Down) / 1e6
        )
        {
            Unread = stories.Count - incidents.Count,
        };
    }

    /// <summary>The middle one, or null when there is none.</summary>
    public static double? Median(IReadOnlyList<double> values) => values.Count == 0 ? null : values.Order().ElementAt(values.Count / 2);

    private static double? TakenAfter(ReviewModel model) =>
        model.TakenUp is var (seq, command) ? (model.ByLastClock(seq, command.At) - model.Incident!.OpenedAt) / 1e6 : null;

    private static double? ResolvedAfter(ReviewModel model) => (model.ResolvedAt - model.Incident!.OpenedAt) / 1e6;

    private static IEnumerable<string> CausesOf(ReviewModel model) =>
        model.Incident!.Runbook.Steps.Where(step => model.Causes.ContainsKey(step.Id)).Select(step => step.Name);
}

/// <summary>Counts them from the journals.</summary>
/// <param name="most">How many are read: more than a review looks at. What is older is left out, and that is told.</param>
internal sealed class FigureCounter(Journals journal, JournalReading reading, TimeProvider clock, int most = FigureCounter.Most)
{
    private const int Most = 500;

    public async Task<Figures> CountAsync(int days, CancellationToken cancellationToken)
    {
        var since = clock.Micros() - TimeSpan.FromDays(days).Micros();
        var stories = new List<ReviewModel>();
        var opened = await journal.Incidents.OpenedSinceAsync(since, int.MaxValue, cancellationToken);
        foreach (var number in opened.Take(most))
        {
            stories.Add(await reading.StoryAsync(number, cancellationToken));
        }

        return Figures.Of(days, stories) with
        {
            LeftOut = opened.Count - stories.Count,
        };
    }
}

/// <summary>How long people were waited for, in seconds.</summary>
/// <param name="ToTake">From opening to the first person who took it up, one for each incident that was.</param>
/// <param name="ToAnswer">From each request to its first answer that counted.</param>
/// <param name="ToResolve">From opening to the all-clear that nothing has undone since, one for each incident that has one.</param>
internal sealed record Waits(IReadOnlyList<double> ToTake, IReadOnlyList<double> ToAnswer, IReadOnlyList<double> ToResolve);

/// <summary>What became of the requests.</summary>
/// <param name="Quick">Approvals under three seconds: nobody reads a plan that fast.</param>
internal sealed record Decisions(int Approved, int Refused, int Expired, int Quick);

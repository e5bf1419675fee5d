using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Proof;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Proof;

/// <summary>
/// Each law about approvals notices, in sequences of random facts, a decision that was bent to break it; and the sequences come to where it
/// could be broken.
/// </summary>
public sealed class Bent_decisions_break_a_law
{
    private const int Sequences = 300,
        Length = 60;

    private static readonly List<(Incident Before, Fact Fact, Decision Decision)> All =
    [
        .. Enumerable.Range(0, Sequences).Select(Told).SelectMany(Taken),
    ];

    [Fact]
    public void A_round_under_the_grant_of_a_search_that_has_ended_is_noticed() =>
        Notices("the budget of a search that has ended", (before, _) => before.Search is { End: not null } search ? Again(search) : null);

    [Fact]
    public void A_round_under_the_grant_of_an_earlier_search_is_noticed() =>
        Notices(
            "the budget of a search that has ended",
            (before, after) =>
                before.Search is { End: null, Replaced: { } earlier } && after.Search?.Question == before.Search.Question
                    ? Again(earlier)
                    : null
        );

    [Fact]
    public void A_round_after_the_time_that_was_approved_is_noticed()
    {
        var (before, fact, decision) = All.First(one =>
            one.Before.Search is { End: null } && one is { Fact: not Acted, Decision: { Declined: null, Incident.Search.End: null } }
        );
        var search = before.Search!;

        Assert.Contains(
            Broken(before, fact with { At = search.StartedAt + (search.Grant.Minutes * 60_000_000L) }, decision, Again(search)),
            law => law.Contains("whose time is over", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_second_run_under_one_approval_is_noticed() =>
        Notices(
            "was carried out already",
            (before, _) =>
                before.Changes.FindLast(change => change is { IsApproved: true, IsRunning: false, Search: null }) is { } done
                    ? First(before, done.Question)
                    : null
        );

    [Fact]
    public void A_run_by_an_approval_that_has_aged_is_noticed()
    {
        var (before, fact, decision) = All.First(one => one.Decision.Effects.OfType<RunAction>().Any(run => run.Run.Run == 1));
        var run = decision.Effects.OfType<RunAction>().Single();
        var late = fact with { At = decision.Incident.FindRequest(run.Run.Question)!.Votes[^1].At + LiveApproval.VoteStands + 1 };

        Assert.Contains(
            Laws.Broken(before with { Changes = [] }, late, decision),
            law => law.Contains("has aged", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_vote_after_the_end_of_its_request_is_noticed()
    {
        var (before, fact, decision) = All.First(one =>
            one.Fact is Voted && one.Before.Request is not null && one.Decision.Effects.Any(effect => effect is RunAction)
        );

        Assert.Contains(
            Laws.Broken(before, fact with { At = before.Request!.ExpiresAt }, decision),
            law => law.Contains("after the end of its request", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_run_of_what_was_refused_or_taken_back_is_noticed() =>
        Notices(
            "without an approval",
            (before, _) =>
                before.Requests.LastOrDefault(request => request is { HasEnded: true, IsApproved: false }) is { } refused
                    ? First(before, refused.Question)
                    : null
        );

    [Fact]
    public void Going_on_after_the_end_of_a_search_is_tried_in_every_way()
    {
        var ended = All.Where(one => one.Before.Search is { End: not null, Held.IsEmpty: false }).ToList();

        Assert.True(ended.Count > 200, $"{ended.Count} facts after the end of a search");
        Assert.Superset(
            new HashSet<CommandVerb>
            {
                CommandVerb.GoOn,
                CommandVerb.Retry,
                CommandVerb.Resume,
                CommandVerb.Undo,
                CommandVerb.Ask,
                CommandVerb.Stop,
            },
            ended.Select(one => one.Fact).OfType<Commanded>().Select(command => command.Verb).ToHashSet()
        );
        Assert.Contains(ended, one => one.Fact is Acted);
        Assert.Contains(
            ended,
            one => one.Fact is Voted { Answer: Answer.Approve } && one.Decision.Effects.Any(effect => effect is RunAction)
        );
    }

    /// <summary>Everywhere in the sequences where such a run can be planted, it is noticed; and somewhere it can be.</summary>
    private static void Notices(string law, Func<Incident, Incident, RunAction?> plant)
    {
        var planted = All.Where(one => one.Decision.Declined is null)
            .Select(one => (one, Run: plant(one.Before, one.Decision.Incident)))
            .Where(pair => pair.Run is not null)
            .ToList();

        Assert.NotEmpty(planted);
        Assert.All(
            planted,
            pair =>
                Assert.Contains(
                    Broken(pair.one.Before, pair.one.Fact, pair.one.Decision, pair.Run!),
                    broken => broken.Contains(law, StringComparison.Ordinal)
                )
        );
    }

    private static List<string> Broken(Incident before, Fact fact, Decision decision, RunAction planted) =>
        [.. Laws.Broken(before, fact, decision with { Effects = [.. decision.Effects, planted] })];

    private static RunAction Again(Search search) => new(new RunId(search.Question, search.Run), search.Plan, search.Grant, search.Order);

    private static RunAction First(Incident incident, QuestionId question) =>
        new(
            new RunId(question, 1),
            incident.FindRequest(question)!.Digest,
            new GrantTerms([.. incident.FindRequest(question)!.Approvers], incident.FindRequest(question)!.Impact, 1, 10)
        );

    private static RandomFacts Told(int seed)
    {
        var told = new RandomFacts(seed);
        for (var step = 0; step < Length; step++)
        {
            told.Step();
        }

        return told;
    }

    private static IEnumerable<(Incident Before, Fact Fact, Decision Decision)> Taken(RandomFacts told) =>
        told.Facts.Select((fact, at) => (told.Decisions[at].Incident, fact, told.Decisions[at + 1]));
}

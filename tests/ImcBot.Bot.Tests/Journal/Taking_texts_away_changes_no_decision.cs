using System.Globalization;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>
/// Any sequence of facts, written as a journal writes it, read again without any set of its texts: every decision is the one that was made.
/// More sequences and where to go on: <c>tests/campaigns/README.md</c> (<c>IMCBOT_SEQUENCES</c>, <c>IMCBOT_SEQUENCES_FROM</c>).
/// </summary>
public sealed class Taking_texts_away_changes_no_decision
{
    private const int Length = 60;

    private static readonly int Sequences = Setting("IMCBOT_SEQUENCES", 150),
        First = Setting("IMCBOT_SEQUENCES_FROM", 0);

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100)]
    public void Whatever_is_taken(int percent)
    {
        for (var seed = First; seed < First + Sequences; seed++)
        {
            var (whole, left) = (Folded(seed, 0), Folded(seed, percent));

            Assert.True(left.Differs is null, $"seed {seed}: {left.Differs?.What}");
            Assert.Equal(StandingOf(whole.Incident!), StandingOf(left.Incident!));
        }
    }

    [Fact]
    public void A_planted_decision_by_text_is_found()
    {
        // A machine that decides by the words takes a note without any for something else.
        static Fact ByText(Fact fact) =>
            fact is Noted { Text.Value: null } ? new Commanded(fact.At, CommandVerb.Escalate, Some.Lead, null, "") : fact;

        Assert.Contains(Enumerable.Range(0, 20), seed => Folded(seed, 100, ByText).Differs is not null);
        Assert.DoesNotContain(Enumerable.Range(0, 20), seed => Folded(seed, 0, ByText).Differs is not null);
    }

    [Fact]
    public void What_stands_in_clear_holds_no_words_of_people()
    {
        Assert.Equal(["delete", "12", "…", "…", "…"], DecidingWords.Of(CommandVerb.Messages, "delete 12 Jane asked 0171-234x"));
        Assert.Equal(["return", "3XDW6BQJ", "3,4"], DecidingWords.Of(CommandVerb.Messages, " return  3XDW6BQJ 3,4"));
        Assert.Equal(["2", "…", "2026-12-31"], DecidingWords.Of(CommandVerb.FollowUp, "2 @Jane 2026-12-31"));
        Assert.Equal(["…", "…", "…"], DecidingWords.Of(CommandVerb.Pause, "Jane is ill"));
        Assert.Equal(["7/3"], DecidingWords.Of(CommandVerb.Undo, "7/3"));
        Assert.Empty(DecidingWords.Of(CommandVerb.Undo, null));
    }

    /// <summary>What of an incident steers what happens next.</summary>
    private static string StandingOf(Incident incident) =>
        string.Join(
            ' ',
            incident.Phase,
            incident.LastQuestion,
            incident.ServiceUp,
            incident.Wedged,
            incident.TakenOverBy?.Id,
            incident.Owner?.Id,
            incident.Reviewer?.Id,
            incident.DenialsInARow,
            incident.Refusals,
            incident.Proposal?.Offer,
            incident.Proposal?.Question,
            incident.Request?.Digest,
            string.Join(',', incident.Request?.Approvers ?? []),
            incident.Task?.Kind,
            incident.Search?.Run,
            incident.Search?.Held,
            string.Join(',', incident.Changes.Select(change => $"{change.Question} {change.Offer} {change.State}")),
            string.Join(',', incident.FollowUps.Select(item => $"{item.Owner?.Id} {item.Due} {item.DoneAt}")),
            string.Join(',', incident.Questions.Select(open => $"{open.Key} {open.Value.Kind}")),
            incident.BrokenGlass.Count
        );

    private static Fold Folded(int seed, int percent, Func<Fact, Fact>? misread = null)
    {
        var told = new RandomFacts(seed);
        for (var step = 0; step < Length; step++)
        {
            told.Step();
        }

        var (chance, fold) = (new Random(seed), new Fold());
        foreach (var ((fact, decision), at) in told.Facts.Prepend(told.Opening).Zip(told.Decisions).Select((one, at) => (one, at)))
        {
            var values = new List<SealedValue>();
            var entry = Entry.After(new Head(7, at, ""), fact.At, fact, null, decision);
            var bytes = JournalJson.Write(entry, values);
            var left = values
                .Where(_ => chance.Next(100) >= percent)
                .ToDictionary(value => value.Commitment, value => value.Value, StringComparer.Ordinal);
            var read = JournalJson.Read<Entry>(bytes, left);
            fold.Take(read with { Fact = misread?.Invoke(read.Fact!) ?? read.Fact }, Some.Runbook);
        }

        return fold;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}

using System.Globalization;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>What people may ask for by name, whatever the walk would offer next.</summary>
internal static class Choices
{
    /// <summary>
    /// What was refused, passed over, not answered or could not be planned, and has not been carried out since: the last one first.
    /// </summary>
    public static IReadOnlyList<Choice> PassedOver(Incident incident) =>
        [
            .. incident
                .Tried.Reverse()
                .DistinctBy(Choice.Of)
                .Where(attempt =>
                    attempt.State is ChangeState.Refused or ChangeState.Skipped or ChangeState.Expired or ChangeState.Impossible
                )
                .Select(Choice.Of)
                .Where(choice => MayAsk(incident, choice) && !IsOffered(incident, choice)),
        ];

    /// <summary>What the walk has not come to yet, in its order.</summary>
    public static IReadOnlyList<Choice> Left(Incident incident) =>
        [
            .. incident
                .Runbook.Steps.Where(step => step.LastResort || Walk.IsFinding(incident, step))
                .SelectMany(step => Walk.OffersLeft(incident, step).Select(offer => new Choice(step.Id, offer.Name)))
                .Append(new Choice(null, Walk.PlainStart))
                .Where(choice => choice.Step is not null || Walk.MayStart(incident))
                .Where(choice => !IsOffered(incident, choice))
                .Except(PassedOver(incident)),
        ];

    /// <summary>Whether there is such a thing to ask for: a remedy of the runbook, a start, or the end of a process that hangs.</summary>
    public static bool MayAsk(Incident incident, Choice choice) =>
        choice switch
        {
            (null, Walk.PlainStart) => true,
            (null, Walk.EndWedged) => incident.Wedged == incident.Runbook.Service,
            (null, _) => false,
            _ => Find(incident, choice) is not null,
        };

    public static Offer? Find(Incident incident, Choice choice) =>
        incident.Runbook.Find(choice.Step)?.Offers.FirstOrDefault(offer => offer.Name == choice.Offer);

    /// <summary>
    /// What somebody means by a step's id, name or number in the article, a remedy's name, or both; null when it names nothing.
    /// </summary>
    public static Choice? Read(Incident incident, string words)
    {
        var typed = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Choice[] all =
        [
            .. incident.Runbook.Steps.SelectMany(step => step.Offers.Select(offer => new Choice(step.Id, offer.Name))),
            new(null, Walk.PlainStart),
            new(null, Walk.EndWedged),
        ];
        return typed switch
        {
            [var step, var offer] => Exactly(all.Where(choice => IsStep(incident, choice, step) && Is(choice.Offer, offer))),
            _ => Exactly(all.Where(choice => Is(choice.Offer, words.Trim())))
                ?? Newest(incident, all.Where(choice => IsStep(incident, choice, words.Trim()))),
        };
    }

    /// <summary>
    /// Of a step: what is offered now, else what was passed over last, else what it would offer next, else its first remedy.
    /// </summary>
    private static Choice? Newest(Incident incident, IEnumerable<Choice> ofStep)
    {
        var choices = ofStep.ToList();
        return choices.Count == 0
            ? null
            : choices
                .Where(choice => IsOffered(incident, choice))
                .Concat(PassedOver(incident))
                .Concat(Left(incident))
                .Where(choices.Contains)
                .Cast<Choice?>()
                .FirstOrDefault()
                ?? choices[0];
    }

    private static Choice? Exactly(IEnumerable<Choice> choices) => choices.ToArray() is [var one] ? one : null;

    private static bool IsStep(Incident incident, Choice choice, string word) =>
        incident.Runbook.Find(choice.Step) is { } step
        && (
            Is(step.Id, word)
            || Is(step.Name, word)
            || (incident.Runbook.Steps.ToList().IndexOf(step) + 1).ToString(CultureInfo.InvariantCulture) == word
        );

    private static bool Is(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsOffered(Incident incident, Choice choice) =>
        ((incident.Proposal ?? incident.Request) is { } change && choice == Choice.Of(change))
        || (incident.Task is { Kind: PersonTaskKind.Manual } task && choice == new Choice(task.Step, task.Offer!));
}

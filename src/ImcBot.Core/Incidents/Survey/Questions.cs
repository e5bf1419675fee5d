using System.Collections.Immutable;
using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Asks checks, and ends what was asked.</summary>
internal static class Questions
{
    /// <summary>Opens the next question; it is the incident's last then.</summary>
    public static Draft Ask(this Draft draft, QuestionKind kind, IEnumerable<CheckOf> checks)
    {
        var question = new OpenQuestion(
            kind,
            checks.Select((check, at) => KeyValuePair.Create(at + 1, check)).ToImmutableSortedDictionary()
        );
        return draft
            .NextQuestion()
            .Set(incident => incident with { Questions = incident.Questions.SetItem(incident.LastQuestion, question) });
    }

    public static Draft Forget(this Draft draft, QuestionId question) =>
        draft.Set(incident => incident with { Questions = incident.Questions.Remove(question.Number) });

    /// <summary>Answers to checks come too late from now on.</summary>
    public static Draft DropQuestions(this Draft draft) => draft.Set(incident => incident with { Questions = incident.Questions.Clear() });

    /// <summary>Asks the relay what the open survey or verification asks, and shows that it is asked.</summary>
    public static Draft AskChecks(this Draft draft)
    {
        var (number, question) = draft.Incident.Questions.Last();
        var id = draft.Incident.Id(number);
        return question
            .Checks.Aggregate(draft, (asked, check) => asked.Add(new RunCheck(new RunId(id, check.Key), check.Value.Check)))
            .Wake(Deadline.SurveyEnds, id, draft.Incident.Now + (draft.Incident.Profile.CheckSeconds * Micros.Second))
            .Show(CardKind.Incident);
    }
}

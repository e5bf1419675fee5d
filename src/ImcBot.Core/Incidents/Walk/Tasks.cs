using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>What is put before people: work, a question, or the whole incident.</summary>
internal static class Tasks
{
    /// <summary>Asks a person; whatever was offered or asked is withdrawn.</summary>
    public static Draft Put(Draft draft, Wanted wanted)
    {
        draft = draft
            .Withdraw("a person is needed first")
            .DropQuestions()
            .Set(incident =>
                incident with
                {
                    Proposal = null,
                    LastQuestion = incident.LastQuestion + 1,
                    Task = new(incident.Id(incident.LastQuestion + 1), wanted.Kind, wanted.Text, wanted.Step, wanted.Offer),
                }
            );
        draft = draft.Show(CardKind.Manual, draft.Incident.Task!.Question, Role.OnCall).Show(CardKind.Incident);
        if (wanted.Evidence is not { } evidence)
        {
            return draft;
        }

        draft = draft.Open(QuestionKind.Evidence, [new CheckOf(wanted.Step, evidence)]);
        return draft.Add(new RunCheck(new RunId(draft.Incident.Id(draft.Incident.LastQuestion), 1), evidence));
    }

    public static Draft HandOver(Draft draft, string why)
    {
        draft = draft
            .Withdraw("the incident was escalated")
            .DropQuestions()
            .Headline(why)
            .Set(incident => incident with { Proposal = null, Task = null });
        return draft
            .Say($"{why} {draft.Incident.Name} is handed to people: 'resume' goes on, 'close' ends it.", Role.Lead)
            .Alarm(Role.Lead, $"{draft.Incident.Label}: {why}")
            .Show(CardKind.Incident);
    }

    public static Draft Close(Draft draft) => draft.Show(CardKind.Incident).RemindTomorrow();

    /// <summary>The card of work that nobody is asked for any more says so: its buttons would still stand there.</summary>
    public static Draft Settle(Draft draft, PersonTask? before) =>
        draft.When(
            before is not null && before.Question != draft.Incident.Task?.Question,
            settled => settled.Show(CardKind.Manual, before!.Question)
        );
}

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
            .LayDown("a person is needed first")
            .NextQuestion()
            .Set(incident =>
                incident with
                {
                    Task = new(incident.Id(incident.LastQuestion), wanted.Kind, wanted.Text, wanted.Step, wanted.Offer),
                }
            );
        draft = draft.Show(CardKind.Manual, draft.Incident.Task!.Question, Role.OnCall).ShowEnded().Show(CardKind.Incident);
        if (wanted.Evidence is not { } evidence)
        {
            return draft;
        }

        draft = draft.Ask(QuestionKind.Evidence, [new CheckOf(wanted.Step, evidence)]);
        return draft.Add(new RunCheck(new RunId(draft.Incident.Id(draft.Incident.LastQuestion), 1), evidence));
    }

    /// <summary>
    /// Asks a person to look at an entry that does not stand as it was taken; where the incident is closed that is only told. Approvals of
    /// which nothing has begun are taken back.
    /// </summary>
    public static Draft Park(Draft draft, int entry, string what)
    {
        var sentence = $"Entry {entry} of the journal is in doubt: {what}.";
        if (!draft.Incident.IsOpen)
        {
            return draft.Say($"{sentence} {draft.Incident.Name} is closed and stays as it was recorded.");
        }

        var wanted = new Wanted(PersonTaskKind.Diverged, $"{sentence} Nothing is done until somebody looks and says 'resume'.");
        var before = Ageing.TakeBackAll(draft).When(draft.Incident.Phase is Phase.Resolved, Watching.EndAllClear);
        return Settle(Put(before, wanted), draft.Incident.Task);
    }

    public static Draft HandOver(Draft draft, string why)
    {
        draft = draft.LayDown("the incident was escalated").Headline(why);
        return draft
            .Say($"{why} {draft.Incident.Name} is handed to people: 'resume' goes on, 'close' ends it.", Role.Lead)
            .Alarm(Role.Lead, $"{draft.Incident.Label}: {why}")
            .ShowEnded()
            .Show(CardKind.Incident)
            .RemindTomorrow();
    }

    public static Draft Close(Draft draft) => draft.Show(CardKind.Incident).RemindTomorrow();

    /// <summary>The card of work that nobody is asked for any more says so: its buttons would still stand there.</summary>
    public static Draft Settle(Draft draft, PersonTask? before) =>
        draft.When(
            before is not null && before.Question != draft.Incident.Task?.Question,
            settled => settled.Show(CardKind.Manual, before!.Question)
        );
}

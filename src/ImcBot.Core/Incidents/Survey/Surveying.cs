using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What is asked that only reads: every cause of the article at once, and whether the service works.</summary>
internal static class Surveying
{
    /// <summary>Asks every check of the article; whatever was offered or asked is withdrawn.</summary>
    public static Draft Survey(Draft draft)
    {
        draft = draft.LayDown("everything is checked again").Set(incident => incident with { Verification = [] });
        var runbook = draft.Incident.Runbook;
        return draft
            .Ask(
                QuestionKind.Survey,
                runbook
                    .Steps.Select(step => new CheckOf(step.Id, step.Check))
                    .Concat(runbook.Verify.Where(IsLiveness).Select(check => new CheckOf(null, check)))
            )
            .AskChecks();
    }

    /// <summary>
    /// Asks the runbook's own verification; at the end of a watch also whether each cause that would be left open is still there.
    /// </summary>
    /// <param name="kind">After a change, or at the end of a watch.</param>
    public static Draft Verify(Draft draft, QuestionKind kind)
    {
        draft = draft.DropQuestions().Set(incident => incident with { Verification = [] });
        return draft
            .Ask(
                kind,
                draft
                    .Incident.Runbook.Verify.Select(check => new CheckOf(null, Since(check, draft.Incident.EventsAfter)))
                    .Concat(
                        kind is QuestionKind.Watch ? FollowUp.ToLookAt(draft.Incident).Select(step => new CheckOf(step.Id, step.Check)) : []
                    )
            )
            .AskChecks();
    }

    public static bool IsLiveness(Call check) => Catalog.PurposeOf(check.Use) is Purpose.Running or Purpose.Answers;

    private static Call Since(Call check, long after) =>
        after > 0 && Catalog.Takes(check, CallArguments.After)
            ? check with
            {
                With = new Dictionary<string, string>(check.With, StringComparer.Ordinal) { [CallArguments.After] = after.ToString() },
            }
            : check;
}

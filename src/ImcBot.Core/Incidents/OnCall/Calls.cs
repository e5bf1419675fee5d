using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>Who is called, and what becomes of the calls.</summary>
internal static class Calls
{
    /// <summary>Calls a role, or who stands in for it while nobody holds it.</summary>
    public static Draft Alarm(this Draft draft, string role, string text, QuestionId question = default) =>
        draft.Page(CallOrder.For(role, draft.Incident.Roster), text, question);

    /// <summary>Calls whoever is on call for the incident itself.</summary>
    public static Draft AlarmOpening(this Draft draft) =>
        draft.Alarm(Role.OnCall, $"{draft.Incident.Label}: {draft.Incident.Runbook.Title}");

    public static Draft Page(this Draft draft, string role, string text, QuestionId question = default, string? to = null)
    {
        var number = draft.Incident.Pages.Count + 1;
        return draft
            .Set(incident => incident with { Pages = incident.Pages.Add(new(number, role, to, question, incident.Now)) })
            .Add(new Page(number, role, text, question, to));
    }

    /// <summary>Calls those whose turn it is first by today's roster and who have not been called for this yet.</summary>
    public static Draft AskFirst(this Draft draft, Change request)
    {
        var asked = Asked(draft.Incident, request);
        foreach (var called in CallOrder.First(request, draft.Incident.Roster))
        {
            var isCalled = called.Person is { } person
                ? asked.Contains(person, StringComparer.OrdinalIgnoreCase)
                : draft.Incident.Pages.Exists(page => page.Question == request.Question && page.Role == called.Role);
            draft = isCalled
                ? draft
                : draft.Page(
                    called.Role,
                    $"{draft.Incident.Label}: {request.Question.Short} asks for approval",
                    request.Question,
                    called.Person
                );
        }

        return draft;
    }

    public static Draft TellNobodyOnCall(this Draft draft)
    {
        if (draft.Incident.Roster is not { } roster || roster.Of(Role.OnCall).Count > 0)
        {
            return draft;
        }

        var standIn = CallOrder.For(Role.OnCall, roster);
        return draft.Say(
            standIn == Role.OnCall
                ? "Nobody is on call by the roster now, and nobody who signs for it either. Put somebody on the roster."
                : $"Nobody is on call by the roster now: '{standIn}' is called instead. Put somebody on the roster.",
            standIn
        );
    }

    public static Draft TellIfUnmeetable(this Draft draft, Change request) =>
        draft.Incident.Roster is { } roster && ApprovalRules.Unmeetable(request, roster) is { } sentence
            ? draft.Say(sentence, Role.Lead)
            : draft;

    /// <summary>Somebody looks at the request: nobody else is called for a while, once. That answers nothing.</summary>
    public static Draft Hold(Draft draft, Change request, Sealed by)
    {
        request = request with
        {
            IsSeen = true,
            RemindAt = request.RemindAt + Asking.SeenPause,
            ExpiresAt = request.ExpiresAt + Asking.SeenPause,
        };
        return draft
            .Update(request)
            .Say($"{by} looks at {request.Question.Short}: nobody else is called for {Asking.SeenPause / Micros.Minute} minutes.")
            .When(request.RemindAt is not null, held => held.Wake(Deadline.Reminder, request.Question, request.RemindAt!.Value))
            .Wake(Deadline.RequestExpires, request.Question, request.ExpiresAt)
            .Show(CardKind.Approval, request.Question);
    }

    /// <summary>Calls whoever is next while nobody has answered.</summary>
    public static Draft Remind(Draft draft, Change request)
    {
        var begun = request.CalledFrom;
        var minutes = (draft.Incident.Now - begun) / Micros.Minute;
        var missing = ApprovalRule.InWords(ApprovalRules.Missing(request));
        foreach (var called in CallOrder.Again(request, draft.Incident.Roster, minutes, Asked(draft.Incident, request)))
        {
            var nobodyElse =
                called.Person is null && draft.Incident.Roster is not null
                    ? " Everybody on the roster who may sign it has been called."
                    : "";
            draft = draft
                .Say(
                    $"{request.Question.Short} still waits for {missing}: {request.Does}. Silence changes nothing.{nobodyElse}",
                    called.Person ?? called.Role
                )
                .Page(
                    called.Role,
                    $"{draft.Incident.Label}: {request.Question.Short} waits for an answer",
                    request.Question,
                    called.Person
                );
        }

        long? next =
            minutes >= CallOrder.SeniorAfter
                ? null
                : begun + ((minutes < CallOrder.NextAfter ? CallOrder.NextAfter : CallOrder.SeniorAfter) * Micros.Minute);
        return draft
            .Update(request with { RemindAt = next })
            .When(next is not null, asked => asked.Wake(Deadline.Reminder, request.Question, next!.Value));
    }

    public static string? Refuse(Incident incident, Paged paged) =>
        Find(incident, paged.Page) is { IsSent: null } ? null : $"Page {paged.Page} of {incident.Name} is settled already.";

    public static Draft Learn(Draft draft, Paged paged)
    {
        var page = Find(draft.Incident, paged.Page)!;
        draft = draft.Set(incident =>
            incident with
            {
                Pages = incident.Pages.SetItem(paged.Page - 1, page with { IsSent = paged.Sent, IsUnsure = paged.Unsure }),
            }
        );
        return Redraw(
            paged.Sent
                ? draft
                : draft.Say(
                    paged.Unsure
                        ? $"The page to '{page.Role}' may have gone out: {paged.Problem}. If nobody acknowledges it, call somebody "
                            + "yourselves: a mention wakes nobody."
                        : $"The page to '{page.Role}' did not go out: {paged.Problem}. A mention wakes nobody: call somebody yourselves.",
                    page.Role
                ),
            page
        );
    }

    public static string? Refuse(Incident incident, Acknowledged seen) =>
        Find(incident, seen.Page) is not { } page ? $"{incident.Name} has sent no page {seen.Page}."
        : page.SeenAt is not null ? $"Page {seen.Page} of {incident.Name} was acknowledged already by {page.SeenBy}."
        : null;

    public static Draft Learn(Draft draft, Acknowledged seen)
    {
        var page = Find(draft.Incident, seen.Page)!;
        draft = draft.Set(incident =>
            incident with
            {
                Pages = incident.Pages.SetItem(seen.Page - 1, page with { SeenBy = seen.By, SeenAt = seen.At }),
            }
        );
        return Redraw(draft.Incident.RequestOf(page.Question) is { IsSeen: false } request ? Hold(draft, request, seen.By) : draft, page);
    }

    /// <summary>A new shift: both are mentioned, and what waits for an answer is asked of the new one.</summary>
    public static Draft Learn(Draft draft, RosterChanged changed)
    {
        var (before, after) = (draft.Incident.Roster?.Of(Role.OnCall) ?? [], changed.Roster.Of(Role.OnCall));
        draft = draft.Set(incident => incident with { Roster = changed.Roster });
        if (draft.Incident.Phase is Phase.Closed or Phase.Resolved)
        {
            return draft;
        }

        var waiting = draft.Incident.Request is { } open ? $" {open.Question.Short} now waits for the new shift." : "";
        draft = draft
            .When(
                !before.SequenceEqual(after, StringComparer.OrdinalIgnoreCase) && after.Count > 0,
                shift =>
                    shift.Say(
                        $"Shift change on {shift.Incident.Name}: who is on call now takes over from who was.{waiting}",
                        others: [.. before.Union(after, StringComparer.OrdinalIgnoreCase)]
                    )
            )
            .TellNobodyOnCall();
        return draft.Incident.Request is { } asked ? draft.AskFirst(asked).TellIfUnmeetable(asked) : draft;
    }

    private static PageLine? Find(Incident incident, int page) => incident.Pages.ElementAtOrDefault(page - 1);

    /// <summary>Who has been called by name for this request.</summary>
    private static List<string> Asked(Incident incident, Change request) =>
        [.. incident.Pages.Where(page => page.Question == request.Question).Select(page => page.To).OfType<string>()];

    private static Draft Redraw(Draft draft, PageLine page) =>
        draft
            .When(draft.Incident.FindRequest(page.Question) is not null, shown => shown.Show(CardKind.Approval, page.Question))
            .Show(CardKind.Incident);
}

using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>What a locked phone shows of a post: one line of at most 80 characters.</summary>
internal static class OneLine
{
    public const int Most = 80;

    public static string Of(Incident incident, PostKey post) => Fit(Text(incident, post));

    public static string Fit(string text)
    {
        var line = Words.Clean(text, Most * 2);
        return line.Length <= Most ? line : line[..(Most - 1)].TrimEnd() + "…";
    }

    private static string Text(Incident incident, PostKey post) =>
        post.Kind switch
        {
            CardKind.Approval when incident.FindRequest(post.Question) is { State: ChangeState.Asked } request => Ask(incident, request),
            CardKind.Approval when incident.FindRequest(post.Question) is { } request =>
                $"{incident.Label}: {post.Question.Short} {request.Answered!.ToLowerInvariant()}",
            CardKind.Search => $"{Summary.Named(incident)}: search, run {incident.Search?.Run}",
            CardKind.Manual => $"{Summary.Named(incident)}: needs a person. {incident.Task?.Text}",
            CardKind.Gathering => $"{Words.Count(incident.Members.Count, "host")}: {incident.Runbook.Title}",
            CardKind.Resolved => $"{Closed(incident)}; " + $"{Words.Count(FollowUp.Open(incident).Count(), "open follow-up")}",
            _ => Summary.Of(incident),
        };

    // The deadline must survive the cut.
    private static string Ask(Incident incident, Change request)
    {
        var (before, after) = ($"{Summary.Named(incident)}: approve ", $"? within {Summary.Length(incident.Now, request.ExpiresAt)}");
        var does = Words.Clean(request.Does);
        var room = Math.Max(10, Most - before.Length - after.Length);
        return before + (does.Length <= room ? does : does[..(room - 1)].TrimEnd() + "…") + after;
    }

    private static string Closed(Incident incident) =>
        incident.Phase is Phase.Resolved ? $"{incident.Label} resolved, {Summary.Health(incident)}" : Summary.Named(incident);
}

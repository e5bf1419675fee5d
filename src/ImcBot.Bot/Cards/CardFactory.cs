using System.Text.Json;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>Which card a post of an incident shows now.</summary>
internal static class CardFactory
{
    /// <param name="viewing">For whom; for everybody when null.</param>
    public static JsonElement Write(Incident incident, PostKey post, Viewing? viewing = null) =>
        CardJson.Write(lines => Draw(incident, post, viewing ?? Viewing.ByEveryone, lines).Calling(viewing?.Called));

    private static AdaptiveCard Draw(Incident incident, PostKey post, Viewing viewing, int lines) =>
        post.Kind switch
        {
            CardKind.Search when incident.SearchOf(post.Question) is { } search => SearchCard.Draw(incident, search, lines),
            CardKind.Approval when incident.RequestOf(post.Question) is { } asked => ApprovalCard.Draw(incident, asked, viewing, lines),
            CardKind.Approval or CardKind.Search when incident.FindRequest(post.Question) is { } request => OutcomeCard.Draw(
                incident,
                request,
                lines
            ),
            CardKind.Manual when incident.Task is { } task && task.Question == post.Question => TaskCard.Draw(incident, task, lines),
            CardKind.Manual => TaskCard.Over(incident, post.Question),
            CardKind.Resolved => ResolvedCard.Draw(incident, post.Question, lines),
            _ => IncidentCard.Draw(incident, viewing, lines),
        };
}

using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>Who was paged and who has seen it.</summary>
internal static class Pages
{
    private const int Most = 3;

    /// <summary>The newest pages about a request, or about the incident itself; null where no paging service was told.</summary>
    public static ColumnSet? Row(Incident incident, QuestionId? question = null)
    {
        var pages = incident
            .Pages.Where(page => page.IsSent is not null && (question is null || page.Question == question))
            .TakeLast(Most)
            .ToList();
        return pages.Count == 0
            ? null
            : Shape.Row("Paged", pages.Select(page => new TextBlock(Line(page)) { Color = page.IsSent == false ? "Attention" : null }));
    }

    private static string Line(PageLine page) =>
        $"{page.Role} {Moment.Time(page.At)}"
        + page switch
        {
            { SeenAt: { } seen } => $", acknowledged by {Words.Escape(page.SeenBy.ToString(), 60)} at {Moment.Time(seen)}",
            { IsUnsure: true } => ", MAY HAVE GONE OUT",
            { IsSent: false } => ", DID NOT GO OUT",
            _ => ", not acknowledged yet",
        };
}

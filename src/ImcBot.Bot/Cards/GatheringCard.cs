using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>
/// Every host of an outage of several: what each is at. It only shows; each host is walked and approved in its own thread.
/// </summary>
internal static class GatheringCard
{
    /// <param name="founder">The incident whose page called for all of them.</param>
    public static AdaptiveCard Draw(Incident founder, IReadOnlyList<Incident> members, int lines)
    {
        var down = members.Count(member => member.Standing is Standing.Down);
        var silent = members.Count(member => member.IsSilent);
        var unknown = members.Count(member => member.Standing is Standing.Unknown);
        var words = founder.Words;
        var hosts = Words.Count(members.Count, "host");
        var title = (down, unknown) switch
        {
            (0, 0) => $"{hosts}: "
                + $"{SubjectWords.Loud(members.All(member => member.Standing is Standing.Flows) ? words.Working : words.Up)} on all",
            (0, _) => $"{hosts}: {SubjectWords.Capital(words.Service)} NOT KNOWN on {unknown}",
            _ => $"{hosts} at once: {SubjectWords.Capital(Down(words, down - silent, silent))}"
                + $"{(unknown > 0 ? $", not known on {unknown}" : "")}",
        };
        return new AdaptiveCard(
            Shape.Body([
                Shape.Head(
                    down > 0 ? "attention"
                        : unknown > 0 ? "warning"
                        : "good",
                    title,
                    $"KB {Words.Escape(founder.Runbook.Id, 20)}",
                    new TextBlock(When(members)) { Spacing = "None" }
                ),
                Shape.Plain(founder.Runbook.Title),
                Pages.Row(founder),
                .. members
                    .OrderBy(Flows)
                    .ThenBy(member => member.Number)
                    .Take(lines)
                    .Select((member, index) => Row(member) with { Separator = index == 0 ? true : null }),
                Shape.More(members.Count - lines),
                Shape.Small(
                    "Every host has its own thread, its own requests and approvals; there is nothing to decide here. From the "
                        + $"third host on, one page calls for all. **status {founder.Name}** asks for one of them."
                ),
            ]),
            null,
            $"{title}. Look into the threads of {string.Join(", ", members.Take(10).Select(member => member.Name))}."
        );
    }

    private static string When(IReadOnlyList<Incident> members)
    {
        var (first, what) = Health.Began(members);
        return members.Where(member => member.Standing is Standing.Down).Min(member => member.DownSince ?? member.FirstDown) switch
        {
            { } since when first < since => $"since {Moment.Time(since)}, {what} {Moment.Time(first)}",
            { } since => $"since {Moment.Time(since)}",
            null => $"{what} {Moment.Time(first)}",
        };
    }

    private static string Down(SubjectWords words, int stopped, int silent) =>
        silent == 0 ? $"{words.Stopped} on {stopped}"
        : stopped == 0 ? $"{words.Silent} on {silent}"
        : $"{words.Stopped} on {stopped}, no answer on {silent}";

    private static ColumnSet Row(Incident member)
    {
        var (word, color) = State(member);
        return new ColumnSet([
            new Column(
                "112px",
                [Shape.Plain(member.Label, weight: "Bolder"), new TextBlock(member.Name) { IsSubtle = true, Spacing = "None" }]
            ),
            new Column("92px", [new TextBlock(word) { Weight = "Bolder", Color = color }]),
            new Column(
                "stretch",
                [
                    Shape.Plain(Summary.State(member)),
                    Shape.Plain($"owner: {member.Owner?.Name.ToString() ?? "nobody yet"}") with
                    {
                        Spacing = "None",
                    },
                ]
            ),
        ])
        {
            Spacing = "Small",
        };
    }

    private static bool Flows(Incident member) => member.Standing is Standing.Up or Standing.Flows;

    private static (string Word, string Color) State(Incident member) =>
        member switch
        {
            { Phase: Phase.Closed } => ("closed", "Default"),
            { Phase: Phase.Resolved } => ("RESOLVED", "Good"),
            { Phase: Phase.AwaitingApproval } => ("ASKS", "Warning"),
            { Phase: Phase.AwaitingPerson } => ("PERSON", "Warning"),
            { Phase: Phase.Escalated } => ("ESCALATED", "Attention"),
            { Standing: Standing.Flows } => ("FLOWS", "Good"),
            { Standing: Standing.Up } => ("UP", "Good"),
            { Standing: Standing.Unknown } => ("CHECKING", "Warning"),
            { IsSilent: true } => ("SILENT", "Attention"),
            _ => ("STOPPED", "Attention"),
        };
}

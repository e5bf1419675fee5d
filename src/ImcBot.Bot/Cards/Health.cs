using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Cards;

/// <summary>
/// Whether the service works, since when it does not, and how each service stands: the same words on every card, all by the relay's last
/// word.
/// </summary>
internal static class Health
{
    public static (string Ground, string Words) Of(Incident incident) =>
        incident.Standing switch
        {
            Standing.Down => ("attention", SubjectWords.Capital(incident.DownClause)),
            Standing.Flows => ("good", SubjectWords.Loud(incident.Words.Working)),
            Standing.Up => ("accent", SubjectWords.Loud(incident.Words.Up)),
            _ => (
                "warning",
                $"{SubjectWords.Capital(incident.Words.Service)}: "
                    + $"{(incident.Phase is Phase.Opened or Phase.Surveying or Phase.Verifying ? "CHECKING" : "NOT KNOWN")}"
            ),
        };

    /// <summary>
    /// The first failure of the outage and, where it came up meanwhile, when it went down again; with Markdown. Null while it is not down.
    /// </summary>
    public static string? Since(Incident incident) =>
        incident.DownSince is not { } since ? null
        : incident.FirstDown is { } first && first < since
            ? $"since {Moment.Time(first)}, again since {Moment.Time(since)} ({Summary.Length(since, incident.Now)})"
        : $"since {Moment.Time(since)} ({Summary.Length(since, incident.Now)})";

    /// <summary>The first failure of any of them; where none has failed, the first opening.</summary>
    public static (long At, string What) Began(IReadOnlyList<Incident> incidents) =>
        incidents.Min(incident => incident.FirstDown) is { } first
            ? (first, "first failure")
            : (incidents.Min(incident => incident.OpenedAt), "opened");

    /// <summary>Each service with its state and when the relay saw it so; with Markdown. Empty before it has told of any.</summary>
    public static string Services(Incident incident) =>
        string.Join(
            " · ",
            incident
                .Services.OrderBy(service => service.Value.IsRunning)
                .ThenByDescending(service => service.Key.Equals(incident.Runbook.Service, StringComparison.OrdinalIgnoreCase))
                .Select(service =>
                    $"{Words.Escape(service.Key, 40)} **{Words.Escape(InWords(service.Value.Word), 20)}** {Moment.Time(service.Value.At)}"
                )
        );

    private static string InWords(string state) =>
        state switch
        {
            "startPending" => "starting",
            "stopPending" => "stopping",
            _ => state,
        };
}

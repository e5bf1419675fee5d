using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Session;

/// <summary>How this relay answers a job.</summary>
internal sealed class Answers(Site site)
{
    /// <summary>What was done must not wait long to be told because a clock does not answer.</summary>
    private static readonly TimeSpan ClockPatience = TimeSpan.FromSeconds(2);

    public Report To(Job job, Verdict verdict, string summary, IReadOnlyDictionary<string, string>? data = null) =>
        new(
            job.Run,
            job.Kind,
            verdict,
            summary,
            data ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Clock.Micros(site.Time.GetUtcNow())
        );

    /// <summary>The report with the server's clock beside the relay's; without it where the server does not answer.</summary>
    public async Task<Report> StampedAsync(Report report, CancellationToken cancellationToken)
    {
        if (report.ServerAt is not null)
        {
            return report;
        }

        try
        {
            return report with
            {
                ServerAt = await site.Host.Machine.TimeAsync(cancellationToken).WaitAsync(ClockPatience, site.Time, cancellationToken),
            };
        }
        catch (Exception exception) when (exception is HostException or TimeoutException)
        {
            return report;
        }
    }
}

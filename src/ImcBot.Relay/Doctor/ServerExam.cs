using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;

namespace ImcBot.Relay.Doctor;

/// <summary>What the relay needs of the server, each right and each way in by itself. Only reads.</summary>
internal sealed class ServerExam(Site site, RelayOptions options)
{
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(2);

    public IReadOnlyList<(string What, Func<CancellationToken, Task<Diagnosis>> Look)> Looks =>
        [
            ("name", NameAsync),
            ("events", EventsAsync),
            .. site
                .Products.Where(product => product.IsFor(site.Host.Paths))
                .SelectMany(product => product.Looks)
                .Select(one =>
                    (one.What, (Func<CancellationToken, Task<Diagnosis>>)(cancellationToken => one.Look(site, cancellationToken)))
                ),
            ("clock", ClockAsync),
        ];

    private Task<Diagnosis> NameAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            Membership.Read(options.MembershipFile) is { } membership
            && !string.Equals(membership.Host, site.Host.Name, StringComparison.OrdinalIgnoreCase)
                ? Diagnosis.Bad(
                    "name",
                    $"the relay is enrolled for {membership.Host}, and this is {site.Host.Name}; set host:name, or enrol again."
                )
                : Diagnosis.Good("name", site.Host.Name)
        );

    private async Task<Diagnosis> EventsAsync(CancellationToken cancellationToken) =>
        Diagnosis.Good("events", $"the Application log can be read; its newest entry is {await site.NewestEventAsync(cancellationToken)}");

    private async Task<Diagnosis> ClockAsync(CancellationToken cancellationToken)
    {
        var apart = TimeSpan.FromMicroseconds(
            Math.Abs(Clock.Micros(site.Time.GetUtcNow()) - await site.Host.Machine.TimeAsync(cancellationToken))
        );
        return apart < MostApart
            ? Diagnosis.Good("clock", $"server and relay are {apart.TotalSeconds:0} s apart")
            : Diagnosis.Bad(
                "clock",
                $"the clocks of {site.Host.Name} and this host are {apart.TotalMinutes:0} minutes apart; set the one that is wrong "
                    + "(net time), or ages of files and order of events mislead."
            );
    }
}

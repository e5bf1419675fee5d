using ImcBot.Bot.Incidents;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>Incidents in memory, moved by the real machine.</summary>
internal sealed class FakeIncidents : IIncidents
{
    private readonly Dictionary<int, Incident> _incidents = [];

    public long Now { get; set; } = Some.Start;

    public List<Fact> Told { get; } = [];

    /// <summary>What was made of each fact: what a journal would keep.</summary>
    public List<Decision> Decisions { get; } = [];

    /// <summary>Why nothing is taken any more; null while all is.</summary>
    public string? Frozen { get; set; }

    public Incident Of(int incident) => _incidents[incident];

    public FakeIncidents With(Incident incident)
    {
        _incidents[incident.Number] = incident;
        return this;
    }

    public Task<Decision> TellAsync(int incident, Func<long, Fact> fact, CancellationToken cancellationToken)
    {
        var told = fact(Now);
        if (Frozen is not null)
        {
            return Task.FromResult(new Decision(_incidents[incident], [], Frozen));
        }

        Told.Add(told);
        var decision = IncidentMachine.Handle(_incidents[incident], told);
        _incidents[incident] = decision.Incident;
        Decisions.Add(decision);
        return Task.FromResult(decision);
    }

    public Task<Incident?> FindAsync(int incident, CancellationToken cancellationToken) =>
        Task.FromResult(_incidents.GetValueOrDefault(incident));

    public Task<Incident?> FindByThreadAsync(string thread, CancellationToken cancellationToken) =>
        Task.FromResult(_incidents.Values.FirstOrDefault(incident => incident.Thread == thread));

    public Task<IReadOnlyList<int>> EntriesOfAsync(int incident, string message, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<int>>([
            .. Told.Index().Where(told => told.Item is Noted noted && noted.Message == message).Select(told => told.Index + 1),
        ]);

    public Task<string?> AuthorOfAsync(int incident, int entry, CancellationToken cancellationToken) =>
        Task.FromResult(
            Told.ElementAtOrDefault(entry - 1) switch
            {
                Noted said => said.By.Id,
                Voted said => said.By.Id,
                Commanded said => said.By.Id,
                _ => null,
            }
        );

    public Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Incident>>([.. _incidents.Values.Where(incident => incident.IsOpen)]);

    public Task<Decision> OpenManuallyAsync(string host, string? runbook, Person by, CancellationToken cancellationToken) =>
        host == Some.Host
            ? Task.FromResult(IncidentMachine.Open(Some.Opened() with { By = by }, Some.Runbook))
            : throw new KeyNotFoundException($"No relay stands for '{host}'; enrol one with 'relay add {host}'.");
}

using ImcBot.Bot.Chat;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Engine;

/// <summary>Takes facts, one incident at a time in order, journals what the machine decided, and has the effects carried out.</summary>
internal sealed class IncidentEngine : IIncidents
{
    /// <summary>Tells an incident a fact; the fact's time is the engine's. Returns once the journal has it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public Task<Decision> TellAsync(int incident, Func<long, Fact> fact, CancellationToken token) =>
        throw new NotSupportedException($"{incident} {fact} {token}");

    /// <summary>Opens an incident for a host, or tells its open one. One open incident per host.</summary>
    public Task<Decision> OpenAsync(string host, Func<long, int, ulong, Opened> opened, CancellationToken token) =>
        throw new NotSupportedException($"{host} {opened} {token}");

    /// <summary>The incident as it stands, or null.</summary>
    public Task<Incident?> FindAsync(int incident, CancellationToken token) => throw new NotSupportedException($"{incident} {token}");

    /// <summary>The incident whose thread this is (conversation id), or null.</summary>
    public Task<Incident?> FindByThreadAsync(string thread, CancellationToken token) => throw new NotSupportedException($"{thread} {token}");

    /// <summary>Every incident that is not closed, by number.</summary>
    public Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken token) => throw new NotSupportedException($"{token}");

    /// <summary>Opens an incident for a host because a person asked, with the runbook and profile of the host's relay.</summary>
    /// <exception cref="KeyNotFoundException">No relay stands for this host; the message says so in a sentence.</exception>
    public Task<Decision> OpenManuallyAsync(string host, Person by, CancellationToken token) =>
        throw new NotSupportedException($"{host} {by} {token}");
}

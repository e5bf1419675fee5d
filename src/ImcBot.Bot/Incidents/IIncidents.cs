using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>The incidents as chat and roster see them. Behind it stand the journal and its clock.</summary>
internal interface IIncidents
{
    /// <summary>Tells an incident a fact; returns once the journal has it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    Task<Decision> TellAsync(int incident, Func<long, Fact> fact, CancellationToken cancellationToken);

    Task<Incident?> FindAsync(int incident, CancellationToken cancellationToken);

    /// <summary>The incident whose thread this is (conversation id), or null.</summary>
    Task<Incident?> FindByThreadAsync(string thread, CancellationToken cancellationToken);

    /// <summary>The entries of an incident that still hold the words of this message.</summary>
    Task<IReadOnlyList<int>> EntriesOfAsync(int incident, string message, CancellationToken cancellationToken);

    /// <summary>Object id of whoever's words an entry holds, or null when it holds nobody's.</summary>
    Task<string?> AuthorOfAsync(int incident, int entry, CancellationToken cancellationToken);

    /// <summary>Every incident that is not closed, by number.</summary>
    Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens an incident for a host because a person asked.</summary>
    /// <param name="word">Name of a subject, or id of a runbook; null where there is only one.</param>
    /// <exception cref="KeyNotFoundException">No relay stands for this host, or it is not clear what is meant; the message says so in a
    /// sentence.</exception>
    Task<Decision> OpenManuallyAsync(string host, string? word, Person by, CancellationToken cancellationToken);
}

namespace ImcBot.Lab.Server;

/// <summary>
/// A server to practise on, in the process that runs it: it really fails, and it keeps its own record of what was done to it. Beside what
/// its relay needs, its API answers <c>/host</c>, <c>/truth</c>, <c>/record</c>, <c>/faults</c> and <c>/console</c>.
/// </summary>
internal interface IPracticeServer : IDisposable
{
    TimeProvider Time { get; }

    /// <summary>Makes a new folder with its faults; false when it was used before. A fault that is not known throws.</summary>
    bool Install();

    void Map(WebApplication app);

    /// <summary>What has to be there before its first service starts; its API answers already.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Runs its services until cancelled.</summary>
    Task RunAsync(bool isNew, CancellationToken cancellationToken);

    /// <summary>Ends its services in an orderly way.</summary>
    Task CloseAsync();
}

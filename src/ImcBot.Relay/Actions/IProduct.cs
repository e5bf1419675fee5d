namespace ImcBot.Relay.Actions;

/// <summary>What anybody who deletes files must know of a kind of software that may be installed there.</summary>
internal interface IProduct
{
    /// <summary>Where its work lies: nothing below is deleted to gain space. Nothing where it is not installed; throws <see cref="Hosts.HostException"/> where it is and does not tell.</summary>
    Task<ProductFiles> FilesAsync(Site site, CancellationToken cancellationToken);
}

/// <summary>The files of a product.</summary>
/// <param name="Work">Folders with what it keeps for people.</param>
/// <param name="Logs">Logs of its own that may go once they are old.</param>
internal sealed record ProductFiles(IReadOnlyList<string> Work, IReadOnlyList<OldLogs> Logs)
{
    public static ProductFiles None { get; } = new([], []);
}

/// <summary>Logs that may be deleted: files of this pattern right in this folder, older than this.</summary>
internal sealed record OldLogs(string Folder, string Pattern, TimeSpan Age);

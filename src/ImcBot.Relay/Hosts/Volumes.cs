namespace ImcBot.Relay.Hosts;

/// <summary>A volume in bytes.</summary>
internal sealed record Volume(string Name, long Total, long Free, string Label)
{
    /// <summary>How many files it can have in all, and more; null where it has no such limit.</summary>
    public Inodes? Inodes { get; init; }
}

/// <summary>How many files a volume can have.</summary>
internal sealed record Inodes(long Total, long Free);

internal interface IVolumes
{
    Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken);
}

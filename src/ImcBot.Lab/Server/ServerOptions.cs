namespace ImcBot.Lab.Server;

/// <summary>
/// How a practice server starts. A root folder that was used before goes on where it stopped; then only <c>Arrivals</c> and
/// <c>StopLimit</c> matter.
/// </summary>
/// <param name="Root">Folder for drives and state; created when missing.</param>
internal sealed record ServerOptions(string Root)
{
    /// <summary>Messages in In at the first start.</summary>
    public int Count { get; init; } = 200;

    /// <summary>Decides names, order, contents and defects.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Planted before the first start.</summary>
    public IReadOnlyList<string>? Faults { get; init; }

    /// <summary>Folder tree of message files to use as good mail; null generates messages.</summary>
    public string? Mail { get; init; }

    /// <summary>Further messages a minute over SMTP.</summary>
    public int Arrivals { get; init; }

    /// <summary>Folder of a Windows prefix in which the server is shown as a Windows server; null shows it nowhere else.</summary>
    public string? Wine { get; init; }

    /// <summary>Seconds after which a service process that does not follow a stop request is ended.</summary>
    public int StopLimit { get; init; } = 2;

    /// <summary>Names of further services, which run without doing anything until they fail at the console.</summary>
    public IReadOnlyList<string>? Services { get; init; }
}

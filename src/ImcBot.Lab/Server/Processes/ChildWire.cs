using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Processes;

internal enum ReportKind
{
    /// <summary>The process has initialised; a store adds the port it answers on.</summary>
    Ready,
    Event,

    /// <summary>Something was changed: one line of the server's record.</summary>
    Change,

    /// <summary>A message arrived from outside: <c>Target</c> is its spool name, <c>Detail</c> its token.</summary>
    Arrived,

    /// <summary>Asks for the free bytes of the drive in <c>Target</c>.</summary>
    AskFree,
}

/// <summary>One line that a service process writes to the service control manager on its standard output.</summary>
internal sealed record ChildReport(
    ReportKind Kind,
    EventReport? Event = null,
    string? What = null,
    string? Target = null,
    string? Detail = null,
    int Port = 0
);

internal enum OrderKind
{
    Start,
    Stop,
    Registry,
    Free,
}

/// <summary>
/// One line that the service control manager writes to a service process; the end of the stream means that the server is gone.
/// </summary>
internal sealed record ChildOrder(OrderKind Kind, ChildSettings? Settings = null, RegistrySnapshot? Registry = null, long Free = 0);

/// <summary>What a process is told when it starts. <c>Secret</c> travels in the environment instead.</summary>
internal sealed record ChildSettings(string Root, RegistrySnapshot Registry, int SmtpPort, int StorePort);

namespace ImcBot.Relay.Hosts;

/// <summary>
/// A server as a relay sees it: everything here only reads. What changes the server is behind <see cref="Writer"/>, and needs a run.
/// </summary>
/// <param name="Name">The server's own name, such as <c>EXCH01</c>.</param>
/// <param name="Paths">How its paths are spelt.</param>
/// <param name="Writer">Gives the mutating half, claimed for one run: the server's record then shows who did what.</param>
internal sealed record Host(
    string Name,
    PathGrammar Paths,
    IServices Services,
    IEventLog Events,
    IRegistry Registry,
    IVolumes Volumes,
    IFiles Files,
    IPrograms Programs,
    IMachine Machine,
    ICommands Commands,
    Func<string, IHostWriter> Writer
)
{
    /// <summary>
    /// The volume that a path lies on: its drive, or where what holds it is mounted. Throws <see cref="HostException"/> for no full path.
    /// </summary>
    public Func<string, string> VolumeOf { get; init; } = Paths.Volume;
}

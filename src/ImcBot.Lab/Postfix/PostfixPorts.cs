using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Postfix;

/// <summary>Where a practice Postfix and what stands around it listen, at 127.0.0.1 only; kept over restarts.</summary>
/// <param name="Filter">Of the content filter, which gets all mail that was taken.</param>
/// <param name="Back">Of Postfix again, for what the filter has looked through.</param>
/// <param name="Sink">Of the next mail server, which takes and counts.</param>
internal sealed record PostfixPorts(int Filter, int Back, int Sink)
{
    public static PostfixPorts Keep(string path)
    {
        if (LabJson.Load<PostfixPorts>(path) is { } kept)
        {
            return kept;
        }

        var ports = new PostfixPorts(Ports.Free(), Ports.Free(), Ports.Free());
        LabJson.Save(path, ports);
        return ports;
    }
}

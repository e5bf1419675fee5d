using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The host contract on the Linux driver, on this very machine.</summary>
public sealed class LinuxHostContract : HostContract, IDisposable
{
    private readonly LinuxServer _server = new();

    private protected override PathGrammar Paths => PathGrammar.Unix;

    private protected override string Room => _server.Room;

    private protected override string[] Chain => [LinuxServer.Base, LinuxServer.Web];

    private protected override string Needed => LinuxServer.Base;

    private protected override string Log => LinuxServer.Web;

    internal override Task<Host> HostAsync()
    {
        Assert.SkipWhen(LinuxServer.Missing is not null, LinuxServer.Missing ?? "");
        if (!File.Exists(_server.LogOf(LinuxServer.Web)))
        {
            File.WriteAllLines(_server.LogOf(LinuxServer.Web), ["one", "two", "three"]);
        }

        return Task.FromResult(_server.Host);
    }

    public void Dispose() => _server.Dispose();
}

using ImcBot.Relay.Hosts;
using ImcBot.Relay.Tests;

namespace ImcBot.Wine.Tests;

/// <summary>The host contract on the Windows driver, on the machine the relay runs on.</summary>
public sealed class LocalWindowsHostContract : ExchangeHostContract
{
    public LocalWindowsHostContract() => ContractRoom.Clear();

    private protected override string? NoPort25 => WinePrefix.NoPort25;

    private protected override string? NoTransferMode => ContractRoom.NoTransferMode;

    internal override Task<Host> HostAsync() => Task.FromResult(WinePrefix.Connect(byName: false));
}

/// <summary>The same by machine name and administrative shares.</summary>
public sealed class RemoteWindowsHostContract : ExchangeHostContract
{
    public RemoteWindowsHostContract() => ContractRoom.Clear();

    private protected override string? NoPort25 => WinePrefix.NoPort25;

    private protected override string? NoTransferMode => ContractRoom.NoTransferMode;

    private protected override string? NoClock => "Wine has no NetRemoteTOD, with which another machine's clock is read.";

    internal override Task<Host> HostAsync() => Task.FromResult(WinePrefix.Connect(byName: true));
}

/// <summary>The folder that the contract works in; the practice server begins without it too.</summary>
internal static class ContractRoom
{
    public const string NoTransferMode =
        "The Transfer Mode of Exchange 5.5 stands in its directory, and no article names the attribute; a person sets it.";

    public static void Clear()
    {
        if (Directory.Exists(@"D:\Contract"))
        {
            Directory.Delete(@"D:\Contract", recursive: true);
        }
    }
}

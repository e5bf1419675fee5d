using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;

namespace ImcBot.Relay.Tests.Fakes;

/// <summary>Policies that tests start from.</summary>
internal static class Policies
{
    /// <summary>Allows what the shipped runbook needs on the fake server, and nothing beside it.</summary>
    public static RelayPolicy Usual { get; } =
        new(new string('a', 64), Impact.Destructive)
        {
            Folders = [@"D:\Exchsrvr\Imcdata", @"D:\ImcBotHold", @"D:\TEMP", "${recycle-bin}", @"E:\Exchsrvr\Imcdata", @"E:\ImcBotHold"],
            Services = ["MSExchangeSA", "MSExchangeDS", "MSExchangeIS", "MSExchangeMTA", "MSExchangeIMC", "McShield", "Antigen"],
            Values =
            [
                new(Installation.ImcParameters, "RootDir"),
                new(Installation.ImcDiagnostics, "*SMTP Protocol Log"),
                new(Installation.StoreParameters, "Max Threads*"),
                new(FakeServer.AntivirusKey, "ExcludedItems"),
            ],
            StartsPerHour = 60,
            CrashesPerIncident = 60,
            Disposable =
            [
                new(@"D:\TEMP", Disposable.Everything, TimeSpan.FromDays(1)),
                new(@"${imcdata}\Log", "L*.log", TimeSpan.FromDays(1)),
            ],
        };
}

using ImcBot.Contracts;
using ImcBot.Relay.General;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>What is asked of an Exchange server when nobody names a question: the whole article.</summary>
internal static class ExchangeChecks
{
    public static IReadOnlyList<Call> All { get; } =
    [
        Call.To(Catalog.ServiceRunning, ("service", Installation.ImcService)),
        Call.To(Catalog.ServiceRunning, ("service", Installation.StoreService)),
        Call.To(Catalog.PortAnswers, ("port", "25")),
        Call.To(SpoolMoving.Use),
        Call.To(Catalog.EventsNone, ("ids", "4102,4182,4094,4097")),
        Call.To(DiskFree.Use, ("path", "${imcdata}"), ("at-least", "500MB")),
        Call.To(SmtpLogLevel.Use, ("at-most", "1"), ("folder", @"${imcdata}\Log")),
        Call.To(AntivirusState.Use, ("path", "${imcdata}")),
        Call.To(MailSuspects.Use),
        Call.To(ThreadsValue.Use, ("at-least", "20")),
        Call.To(FileVersion.Use, ("path", "${store}"), ("at-least", "5.5.2656.60")),
        Call.To(Catalog.ProgramsList),
    ];
}

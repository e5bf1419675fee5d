using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// What users of Exchange notice of a plan: of the store that they are connected to, and of Internet mail, whether it stops, starts, or is
/// down.
/// </summary>
internal static class ExchangeUsers
{
    public static RiskWords Risks { get; } =
        new(
            "Mail in flight at a crash, and some outbound mail, may arrive twice. No mail is deleted.",
            "If a returned message is bad, the service stops again and may take the store with it.",
            "Outbound mail that was being sent may arrive twice. No mail is deleted.",
            "Senders cannot deliver while inbound mail is paused; their servers try again, for some days.",
            "If the cause is still there, the service stops again and may take the store with it."
        );

    public static string Say(ServicesOfPlan plan)
    {
        return $"{Store()} {Imc()}";

        string Store() =>
            plan.Course(Installation.StoreService) switch
            {
                (true, true, true) => "Mailbox users are disconnected while the store restarts.",
                (true, true, false) => "Mailbox users are disconnected: the store stays stopped.",
                (_, false, true) => "Mailbox users are disconnected now; this starts the store"
                    + $"{(Crash() is { } crash ? $", and they are again if it crashes {crash}" : "")}.",
                (_, false, false) => "Mailbox users are disconnected now and stay so.",
                _ => Crash() is { } crash
                    ? $"Mailbox users stay connected unless the store crashes {crash}."
                    : "Mailbox users stay connected.",
            };

        // A start hands mail to the store; only a search says how often the store may die of it.
        string? Crash() => plan.Crashes ?? (plan.Starts(Installation.ImcService) ? "at the start" : null);

        string Imc() =>
            plan.Course(Installation.ImcService) switch
            {
                (true, true, true) => "Internet mail waits meanwhile.",
                (true, true, false) => "Internet mail stops and stays stopped.",
                (_, false, true) => "Internet mail is down now; this starts it.",
                (_, false, false) => "Internet mail is down now and stays so.",
                _ => "Internet mail goes on.",
            };
    }
}

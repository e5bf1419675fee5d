namespace ImcBot.Bot.Alerts;

/// <summary>What a monitoring system means by an alert.</summary>
internal enum AlertState
{
    /// <summary>Something is wrong now.</summary>
    Firing,

    /// <summary>The source takes it back. ImcBot looks for itself whether mail flows, so that changes nothing.</summary>
    Over,

    /// <summary>Somebody has seen it, it is planned, or it changes to and fro: nothing to open.</summary>
    Ignored,
}

/// <summary>What a monitoring system said of one host. All of it is data: nothing in it is ever read as a command.</summary>
/// <param name="Host">As the source names it, without scheme, brackets, port and path.</param>
/// <param name="Text">For people.</param>
internal sealed record OutsideAlert(string Host, string Text, AlertState State);

/// <summary>What was read of one request.</summary>
/// <param name="Form">How it was written: <c>alertmanager</c>, <c>azure</c> or <c>plain</c>.</param>
/// <param name="Refused">What in it is no alert, each as a sentence.</param>
internal sealed record AlertReading(string Form, IReadOnlyList<OutsideAlert> Alerts, IReadOnlyList<string> Refused);

namespace ImcBot.Bot.Alerts;

/// <summary>What a monitoring system said of one host. All of it is data: nothing in it is ever read as a command.</summary>
/// <param name="Host">As the source names it.</param>
/// <param name="Text">For people.</param>
/// <param name="IsOver">The source takes its alert back. ImcBot looks for itself whether mail flows, so that changes nothing.</param>
internal sealed record OutsideAlert(string Host, string Text, bool IsOver);

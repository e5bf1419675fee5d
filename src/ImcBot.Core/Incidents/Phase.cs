namespace ImcBot.Core.Incidents;

/// <summary>Where an incident stands. Fixed: all runbooks share one diagram; the runbook step is a cursor.</summary>
internal enum Phase
{
    Opened,
    Surveying,
    Planning,
    AwaitingApproval,
    Acting,
    Searching,
    Verifying,
    Watching,
    AwaitingPerson,
    Resolved,
    Escalated,
    Closed,
}

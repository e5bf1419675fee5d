namespace ImcBot.Core.Incidents;

/// <summary>The kinds of fact that can move an incident to another phase; every other kind is only learned.</summary>
internal enum FactKind
{
    Opened,
    Alerted,
    Checked,
    Planned,
    Voted,
    Granted,
    Acted,
    Commanded,
    DeadlinePassed,
}

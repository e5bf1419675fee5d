using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Where one incident stands, and the only code that moves it. Facts in, effects out; no I/O, no clock.</summary>
internal sealed class IncidentMachine(Incident incident)
{
    private readonly Incident _incident = incident;

    /// <summary>The incident as its first fact leaves it.</summary>
    public static Decision Open(Opened opened, Runbook runbook) => throw new NotSupportedException($"{opened} {runbook}");

    /// <summary>Takes one fact. Never throws for what people or relays send: what does not fit is declined with a sentence.</summary>
    public Decision Handle(Fact fact) => new(_incident, [], fact.ToString());
}

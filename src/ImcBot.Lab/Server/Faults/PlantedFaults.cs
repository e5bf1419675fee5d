using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Faults;

/// <summary>The faults that a practice server has had planted, over its restarts too.</summary>
/// <param name="state">The folder of its state.</param>
internal sealed class PlantedFaults(string state)
{
    private readonly string path = Path.Combine(state, "faults.json");
    private readonly List<string> names = LabJson.Load<List<string>>(Path.Combine(state, "faults.json")) ?? [];

    public IReadOnlyList<string> All => [.. names];

    public bool Has(string fault) => names.Contains(fault);

    public void Add(string fault)
    {
        if (!Has(fault))
        {
            names.Add(fault);
            LabJson.Save(path, names);
        }
    }
}

namespace ImcBot.Relay.Actions;

/// <summary>What an action touches on the server: the policy is asked about each part before anything is planned or done.</summary>
internal sealed record Footprint(IReadOnlyList<string> Services, IReadOnlyList<string> Folders, IReadOnlyList<RegistryPlace> Values)
{
    public static Footprint Nothing { get; } = new([], [], []);

    public static Footprint OfService(params IReadOnlyList<string> services) => Nothing with { Services = services };

    public static Footprint OfFolder(params IReadOnlyList<string> folders) => Nothing with { Folders = folders };

    public static Footprint OfValue(string key, string name) => Nothing with { Values = [new(key, name)] };
}

/// <summary>One registry value on the server.</summary>
internal sealed record RegistryPlace(string Key, string Name);

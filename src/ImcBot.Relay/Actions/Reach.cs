namespace ImcBot.Relay.Actions;

/// <summary>What an action touches on the server: the policy is asked about each part before anything is planned or done.</summary>
internal sealed record Reach(IReadOnlyList<string> Services, IReadOnlyList<string> Folders, IReadOnlyList<RegistryPlace> Values)
{
    public static Reach Nothing { get; } = new([], [], []);

    public static Reach OfService(params IReadOnlyList<string> services) => Nothing with { Services = services };

    public static Reach OfFolder(params IReadOnlyList<string> folders) => Nothing with { Folders = folders };

    public static Reach OfValue(string key, string name) => Nothing with { Values = [new(key, name)] };
}

/// <summary>One registry value on the server.</summary>
internal sealed record RegistryPlace(string Key, string Name);

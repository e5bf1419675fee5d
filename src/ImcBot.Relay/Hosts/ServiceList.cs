namespace ImcBot.Relay.Hosts;

/// <summary>Small questions to a list of services.</summary>
internal static class ServiceList
{
    public static ServiceInfo? Find(this IReadOnlyList<ServiceInfo> services, string name) =>
        services.FirstOrDefault(service => string.Equals(service.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// What a service needs, the deepest first; services that the server does not list (drivers) are left out. Units of systemd may need
    /// each other in a circle.
    /// </summary>
    public static IReadOnlyList<ServiceInfo> NeededBy(this IReadOnlyList<ServiceInfo> services, string name)
    {
        var needed = new List<ServiceInfo>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        Visit(name);
        return needed;

        void Visit(string current)
        {
            foreach (
                var info in (services.Find(current)?.DependsOn ?? [])
                    .Select(services.Find)
                    .OfType<ServiceInfo>()
                    .Where(info => seen.Add(info.Name))
            )
            {
                Visit(info.Name);
                needed.Add(info);
            }
        }
    }

    /// <summary>Names of what a service needs and what does not run, the deepest first.</summary>
    public static IEnumerable<string> Missing(this IReadOnlyList<ServiceInfo> services, string name) =>
        services.NeededBy(name).Where(needed => needed.State != ServiceState.Running).Select(needed => needed.Name);

    /// <summary>Running services that need this one, in the order in which they must stop.</summary>
    public static IReadOnlyList<ServiceInfo> RunningDependants(this IReadOnlyList<ServiceInfo> services, string name)
    {
        var dependants = services.Where(service =>
            service.State is not ServiceState.Stopped && services.NeededBy(service.Name).Any(needed => Is(needed, name))
        );
        return [.. dependants.OrderByDescending(service => services.NeededBy(service.Name).Count)];
    }

    public static bool Is(this ServiceInfo service, string name) => string.Equals(service.Name, name, StringComparison.OrdinalIgnoreCase);
}

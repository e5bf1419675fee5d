using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>The services as they will be once the effects planned so far are done.</summary>
internal sealed class Foreseen(IServices services, IReadOnlyList<PlannedEffect> effects) : IServices
{
    /// <summary>The same server, seen after these effects.</summary>
    public static Site After(IReadOnlyList<PlannedEffect> effects, Site site) =>
        effects.Count == 0
            ? site
            : new Site(site.Host with { Services = new Foreseen(site.Host.Services, effects) }, site.Profile, site.Time, site.Products);

    public async Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, ServiceState>(StringComparer.OrdinalIgnoreCase);
        foreach (var effect in effects)
        {
            foreach (var stopped in effect.Stops ?? [])
            {
                states[stopped] = ServiceState.Stopped;
            }

            foreach (var started in effect.Starts ?? [])
            {
                states[started] = ServiceState.Running;
            }
        }

        return
        [
            .. (await services.ListAsync(cancellationToken)).Select(service =>
                states.TryGetValue(service.Name, out var state) ? service with { State = state } : service
            ),
        ];
    }

    public IReadOnlyDictionary<string, string> Settings => services.Settings;

    public Task<string?> SettingAsync(string service, string name, CancellationToken cancellationToken) =>
        services.SettingAsync(service, name, cancellationToken);

    public Task<ServiceDetail?> DetailAsync(string service, CancellationToken cancellationToken) =>
        services.DetailAsync(service, cancellationToken);

    public Task<CommandResult?> TestSettingsAsync(string service, CancellationToken cancellationToken) =>
        services.TestSettingsAsync(service, cancellationToken);
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>An action on an instance of Postfix, by its name or by the settings that the policy tells.</summary>
internal interface IPostfixAction : IAction
{
    bool IAction.IsFor(PathGrammar system, IReadOnlyList<ManagedService> services) =>
        services.Any(service => service.Settings is not null || PostfixInstance.IsUnit(service.Name));

    /// <summary>The service, and the folder with its settings.</summary>
    async Task<Footprint> IAction.FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Footprint.OfService(call.With["service"]) with
        {
            Folders = [(await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken)).Config],
        };
}

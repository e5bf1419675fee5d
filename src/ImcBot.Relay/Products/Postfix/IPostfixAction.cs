using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>An action on an instance of Postfix, by its name or by the settings that the policy tells.</summary>
internal interface IPostfixAction : IAction
{
    bool IAction.IsFor(PathGrammar system, IReadOnlyList<ManagedService> services) =>
        services.Any(service => service.Settings is not null || PostfixInstance.IsUnit(service.Name));
}

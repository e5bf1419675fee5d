using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Postfix;

namespace ImcBot.Relay.Tests;

/// <summary>The entries of the catalog by where the code stands that this relay has for them.</summary>
internal static class Implemented
{
    /// <summary>Nothing is asked of it but what there is.</summary>
    private static readonly ActionSet Set = new(null!, RelayPolicy.ReadOnly);

    /// <summary>Those that any Linux server may have, with the checks of any server.</summary>
    public static IEnumerable<string> OfAnyLinux =>
        Of(one =>
            !one.GetType().Namespace!.Contains("Products", StringComparison.Ordinal)
            && (one as IAction)?.IsFor(PathGrammar.Unix, []) != false
        );

    /// <summary>Those of products that there are on Linux alone.</summary>
    public static IEnumerable<string> OfLinuxAlone => Of(one => one.GetType().Namespace == typeof(PostfixProduct).Namespace);

    private static IEnumerable<string> Of(Func<object, bool> isMeant) =>
        Set
            .Checks.Where(check => isMeant(check.Value))
            .Select(check => check.Key)
            .Concat(Set.Actions.Where(action => isMeant(action.Value)).Select(action => action.Key))
            .Order(StringComparer.Ordinal);
}

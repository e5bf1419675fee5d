using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Whether the master of each instance runs: that of the service, and those that postmulti has enabled. On Debian postfix.service is no
/// more than a name for them. Data: <c>down</c>, services separated by commas.
/// </summary>
internal sealed class PostfixInstances : ICheck
{
    public const string Use = "postfix.instances";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var services = await site.Host.Services.ListAsync(cancellationToken);
        var named = (await PostfixInstance.AllAsync(site, cancellationToken))
            .Where(one => one.IsEnabled)
            .Select(one => PostfixInstance.Unit(one.Name))
            .Where(unit => services.Find(unit) is not null);
        List<string> meant = [.. named.Union([instance.Service], StringComparer.OrdinalIgnoreCase)];
        var down = meant.Where(name => services.Find(name) is not { State: ServiceState.Running }).ToList();
        return Finding.Of(
            Finding.When(down.Count == 0),
            down.Count == 0
                ? $"{string.Join(", ", meant)} {(meant.Count == 1 ? "runs" : "run")}."
                : $"{string.Join(", ", down)} does not run.",
            ("down", string.Join(',', down))
        );
    }
}

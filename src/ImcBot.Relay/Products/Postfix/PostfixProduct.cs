using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>Postfix 3: its instances are the services that Debian's units and the relay's policy name.</summary>
internal sealed class PostfixProduct : IProduct
{
    public bool Has(string service) => service.StartsWith("postfix", StringComparison.OrdinalIgnoreCase);

    /// <summary>Its queues are its work; of its logs nothing is known here.</summary>
    public async Task<ProductFiles> FilesAsync(Site site, CancellationToken cancellationToken)
    {
        if (site.Host.Paths != PathGrammar.Unix)
        {
            return ProductFiles.None;
        }

        var queues = new List<string>();
        foreach (var service in (await site.Host.Services.ListAsync(cancellationToken)).Select(service => service.Name))
        {
            if (
                IsInstance(site, service)
                && await PostfixInstance.OfAsync(site, service, cancellationToken) is { } instance
                && (await site.Host.Files.ListAsync(instance.Config, "main.cf", recursive: false, cancellationToken)) is [_, ..]
            )
            {
                queues.Add(await instance.QueueAsync(cancellationToken));
            }
        }

        return new ProductFiles([.. queues.Distinct(StringComparer.Ordinal)], []);
    }

    private static bool IsInstance(Site site, string service) =>
        PostfixInstance.IsUnit(service) || site.Host.Services.Settings.ContainsKey(service);

    public EventMeaning? Read(LogEvent entry) => LineKinds.Read(entry);

    /// <summary>
    /// Instances may share a log; each writes under a name of its own, or of one of its services. Where those cannot be asked for, as with
    /// a main.cf that cannot be read, every line counts.
    /// </summary>
    public async Task<IReadOnlyList<LogEvent>> OwnAsync(
        Site site,
        string service,
        IReadOnlyList<LogEvent> entries,
        CancellationToken cancellationToken
    )
    {
        if (entries.Count == 0 || !IsInstance(site, service))
        {
            return entries;
        }

        try
        {
            var names = await site.RecallAsync(
                $"names of {service} in its log",
                async asking => await (await PostfixInstance.OfAsync(site, service, asking)).LogNamesAsync(asking),
                cancellationToken
            );
            return
            [
                .. entries.Where(entry =>
                    LogText.Of(entry.Message, entry.Category) is not { Name: var name }
                    || names.Any(own => name == own || name.StartsWith($"{own}/", StringComparison.Ordinal))
                ),
            ];
        }
        catch (HostException)
        {
            return entries;
        }
    }

    public string? Users(ServicesOfPlan plan) =>
        plan.Effects.Any(effect => effect.Call.With.GetValueOrDefault(Catalog.QueueArgument) == PostfixQueue.Use)
            ? "Mail that waits may be held; other mail goes on, and new mail is taken."
            : null;

    public RiskWords Risks { get; } =
        new(
            "What is held in the middle of a delivery is delivered once. What the filter had when it died, or was started again, may "
                + "arrive twice. Nothing is deleted.",
            "If a released message is bad, the filter fails again.",
            null,
            "Other servers cannot deliver meanwhile; they try again, for some days.",
            RiskWords.OfAnyService.Started
        );
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Data: <c>state</c>.</summary>
internal sealed class ServiceRunning : ICheck
{
    public string Id => Catalog.ServiceRunning;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = await site.ServiceAsync(call.With["service"], cancellationToken);
        var word = Words.Of(service.State);
        return Finding.Of(Finding.When(service.State == ServiceState.Running), $"{service.Name} is {word}.", ("state", word));
    }
}

/// <summary>Data: <c>greeting</c>, empty when nothing answers; <c>paused</c> when a product says that nothing need answer.</summary>
internal sealed class PortAnswers : ICheck
{
    public string Id => Catalog.PortAnswers;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var port = int.Parse(call.With["port"]);
        var greeting = await site.Host.Machine.GreetingAsync(port, cancellationToken);
        foreach (var product in greeting is null ? site.Products : [])
        {
            if (await product.WhySilentAsync(site, port, cancellationToken) is { } reason)
            {
                return Finding.Of(Verdict.Clear, $"Nothing answers on port {port}: {reason}.", ("greeting", ""), ("paused", "true"));
            }
        }

        return Finding.Of(
            Finding.When(greeting?.StartsWith("220", StringComparison.Ordinal) == true),
            greeting is null ? $"Nothing answers on port {port}." : $"Port {port} answers.",
            ("greeting", greeting ?? "")
        );
    }
}

/// <summary>
/// Looks at the Application log: at one source, else at what the products that are known say of themselves. Data: <c>found</c>, the events
/// that were written, such as <c>4102,4182</c>.
/// </summary>
internal sealed class EventsNone : ICheck
{
    private const long Day = 86_400_000_000;

    public string Id => Catalog.EventsNone;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var ids = call.With["ids"].Split(',').Select(int.Parse).ToHashSet();
        var after = call.With.TryGetValue("after", out var index) ? long.Parse(index) : 0;
        var since = after > 0 ? 0 : await site.Host.Machine.TimeAsync(cancellationToken) - Day;
        var found = (await site.EventsAsync(after, cancellationToken))
            .Where(entry => ids.Contains(entry.Id) && entry.At >= since && IsOwn(entry))
            .ToList();
        bool IsOwn(LogEvent entry) =>
            call.With.TryGetValue("source", out var source) ? WatchedEvents.IsFrom(source, entry.Source) : site.Read(entry).IsOwn;

        return Finding.Of(
            Finding.When(found.Count == 0),
            found.Count == 0
                ? "None of these events was written."
                : $"{Words.Count(found.Count, "event")}, the last {found[^1].Id} of {found[^1].Source}.",
            ("found", string.Join(',', found.Select(entry => entry.Id).Distinct()))
        );
    }
}

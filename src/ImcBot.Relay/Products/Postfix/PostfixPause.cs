using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Closes a public port by the names of its listeners in master.cf (postconf(5), master_service_disable), never by their type alone: that
/// would close submission and a filter's way back too. Mail of the host itself is still queued.
/// </summary>
internal sealed class PostfixPause : IUndoable, IPostfixAction
{
    public const string Use = "postfix.pause";

    private const string Setting = "master_service_disable";

    public string Id => Use;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var listeners = await ListenersAsync(instance, call.With["port"], cancellationToken);
        var written = await instance.WrittenAsync(Setting, cancellationToken);
        return listeners.All(one => PostfixInstance.Words(written).Contains(one))
            ? throw new HostException($"{string.Join(", ", listeners)} is closed already.")
            : Effects.Of(
                call,
                $"close {string.Join(", ", listeners)} and have {instance.Service} read its settings again: connections to port "
                    + $"{call.With["port"]} are refused; what is queued goes on, and mail of the host itself is still queued",
                await ObserveAsync(call, site, cancellationToken),
                undo: $"opens {string.Join(", ", listeners)} again"
            );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        return Effects.Seen(
            (Setting, await instance.WrittenAsync(Setting, cancellationToken) ?? ""),
            ("listeners", string.Join(' ', await ListenersAsync(instance, call.With["port"], cancellationToken)))
        );
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(context.Site, effect.Call.With["service"], cancellationToken);
        var listeners = await ListenersAsync(instance, effect.Call.With["port"], cancellationToken);
        var closed = PostfixInstance
            .Words(await instance.WrittenAsync(Setting, cancellationToken))
            .Union(listeners, StringComparer.Ordinal);
        await PostfixSet.ChangeAsync(context, effect.Call, instance, Setting, string.Join(' ', closed), cancellationToken);
        await context.Writer.ReloadAsync(instance.Service, cancellationToken);
        return new EffectOutcome(Id, Verdict.Clear, $"{string.Join(", ", listeners)} is closed.");
    }

    public Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(new UndoPlan($"open port {record.Call.With["port"]} of {record.Call.With["service"]} again", ServiceChange.None));

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(context.Site, record.Call.With["service"], cancellationToken);
        await PostfixSet.WriteAsync(context, instance, Setting, PostfixSet.Was(record), cancellationToken);
        await context.Writer.ReloadAsync(instance.Service, cancellationToken);
        return new EffectOutcome(Id, Verdict.Clear, $"Port {record.Call.With["port"]} is open as it was before {record.Run}.");
    }

    /// <summary>
    /// The listeners of a port as the setting names them, such as <c>smtp/inet</c>. Throws <see cref="HostException"/> where there is none.
    /// </summary>
    private static async Task<IReadOnlyList<string>> ListenersAsync(
        PostfixInstance instance,
        string port,
        CancellationToken cancellationToken
    )
    {
        var found = Listeners(await instance.AskAsync(instance.Program("postconf", "-M"), cancellationToken), port);
        return found.Count > 0 ? found : throw new HostException($"master.cf of {instance.Service} has no listener at port {port}.");
    }

    /// <param name="services">What <c>postconf -M</c> writes.</param>
    public static IReadOnlyList<string> Listeners(string services, string port) =>
        [.. ListensAt.Listeners(services, port).Select(name => $"{name}/inet")];
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>Has all that is put off tried now, as <c>postqueue -f</c> does; what is held stays held.</summary>
internal sealed class QueueFlush : IPostfixAction
{
    public const string Use = "queue.flush";

    public string Id => Use;

    /// <summary>To try once more what was tried does no harm.</summary>
    public bool? Resumes => true;

    /// <summary>No setting is changed.</summary>
    public Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(Footprint.OfService(call.With["service"]));

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var deferred = (await QueuedMail.ListAsync(instance, cancellationToken)).Count(mail => mail.Queue == "deferred");
        return deferred == 0
            ? throw new HostException($"Nothing is put off in the queue of {instance.Service}.")
            : Effects.Of(
                call,
                $"have {Words.Count(deferred, "message")} that {(deferred == 1 ? "is" : "are")} put off tried now",
                await ObserveAsync(call, site, cancellationToken),
                services: ServiceChange.None
            );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen(
            (
                "queue_directory",
                await (await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken)).QueueAsync(cancellationToken)
            )
        );

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(context.Site, effect.Call.With["service"], cancellationToken);
        var result = await context.Writer.RunForAsync(
            instance.Service,
            instance.Program("postqueue", "-f"),
            "",
            PostfixInstance.Limit,
            cancellationToken
        );
        return result.ExitCode == 0
            ? new EffectOutcome(Id, Verdict.Clear, "What was put off is being tried.")
            : new EffectOutcome(
                Id,
                Verdict.Failed,
                $"postqueue -f ended with {result.ExitCode?.ToString() ?? "its time over"}: {result.Said}"
            );
    }
}

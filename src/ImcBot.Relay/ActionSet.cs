using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Relay.Queues;

namespace ImcBot.Relay;

/// <summary>All checks and actions this relay implements, by catalog id.</summary>
internal sealed class ActionSet(RelayLedger ledger, RelayPolicy policy)
{
    public RelayPolicy Policy => policy;

    /// <summary>An action of this relay. Throws <see cref="HostException"/> when there is none of that name (any more).</summary>
    public IAction Find(string use) =>
        Actions.GetValueOrDefault(use)
        ?? throw new HostException($"'{use}' is no action of this relay; a policy that had it may have changed.");

    public IUndoable FindUndo(string use) => Find(use) as IUndoable ?? throw new HostException($"'{use}' cannot be undone.");

    /// <summary>What a check finds; unknown with the reason where the policy, this relay or the server does not let it be asked.</summary>
    public async Task<Finding> AskAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        if (policy.Refuse(call) is { } refusal)
        {
            return Finding.Of(Verdict.Unknown, refusal);
        }

        if (!Checks.TryGetValue(call.Use, out var check))
        {
            return Finding.Of(Verdict.Unknown, $"'{call.Use}' is no check of this relay; update it, or use another.");
        }

        try
        {
            return await check.CheckAsync(await site.ResolveAsync(call, cancellationToken), site, cancellationToken);
        }
        catch (HostException exception)
        {
            return Finding.Of(Verdict.Unknown, exception.Message);
        }
    }

    public IReadOnlyDictionary<string, ICheck> Checks { get; } =
        new ICheck[]
        {
            new ServiceRunning(),
            new PortAnswers(),
            new EventsNone(),
            new SpoolMoving(),
            new DiskFree(),
            new SmtpLogLevel(),
            new AntivirusState(),
            new MailSuspects(ledger),
            new ThreadsValue(),
            new FileVersion(),
            new ProgramsList(),
            new HeldHeaders(ledger),
            new ServiceWanted(),
            new ServiceWhy(),
            new ServiceNeeds(),
            new ConfigChecks(),
            new HttpAnswers(policy.Urls),
            new CertificateValid(),
            new CertificateShown(),
            new InodesFree(),
            new DiskTop(),
            new FileAge(),
            new LogKinds(),
            new SmtpAccepts(),
            new QueueAge(),
            new PostfixInstances(),
            new PostfixConfig(),
            new PostfixDestination(),
            new PostfixFilter(),
            new PostfixFlood(),
            new PostfixMilters(),
            new PostfixSuspects(),
            new PostfixSetting(),
            new PostfixVerbose(),
        }.ToDictionary(check => check.Id, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IAction> Actions { get; } =
        new IAction[]
        {
            new RecycleBinEmpty(),
            new FilesDelete(policy.Disposable),
            new ImcdataMove(),
            new SmtpLogSet(),
            new AntivirusExclude(),
            new AntivirusPause(),
            new ThreadsSet(),
            new ServiceStart(),
            new ServiceRestart(),
            new ServiceStop(),
            new ServiceReload(),
            new FilesExpire(policy.Disposable),
            new JournalVacuum(),
            new ServiceKill(),
            new MailSearch(ledger),
            new MailHold(),
            new MailReturn(ledger),
            new MailReplay(),
            new MailDelete(ledger),
            new InboundPause(),
            new QueueFlush(),
            new PostfixSet(),
            new PostfixPause(),
        }
            .Concat(policy.Commands.Select(command => new PolicyCommandAction(command)))
            .ToDictionary(action => action.Id, StringComparer.Ordinal);
}

using ImcBot.Relay.Actions.Checks;
using ImcBot.Relay.Actions.Mail;
using ImcBot.Relay.Actions.Services;
using ImcBot.Relay.Actions.Settings;
using ImcBot.Relay.Actions.Space;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Actions;

/// <summary>All checks and actions this relay implements, by catalog id.</summary>
internal sealed class ActionSet(RelayLedger ledger)
{
    public IReadOnlyDictionary<string, ICheck> Checks { get; } = new ICheck[]
    {
        new ServiceRunning(), new PortAnswers(), new EventsNone(), new SpoolMoving(), new DiskFree(), new SmtpLogLevel(), new AntivirusState(),
        new MailSuspects(ledger), new ThreadsValue(), new FileVersion(), new ProgramsList(),
        new HeldHeaders(ledger),
    }.ToDictionary(check => check.Id, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IAction> Actions { get; } = new IAction[]
    {
        new RecycleBinEmpty(), new FilesDelete(), new ImcdataMove(), new SmtpLogSet(), new AntivirusExclude(), new AntivirusPause(), new ThreadsSet(),
        new ServiceStart(), new ServiceRestart(), new ServiceStop(), new MailSearch(),
        new MailHold(), new MailReturn(ledger), new MailReplay(), new MailDelete(ledger), new InboundPause(),
    }.ToDictionary(action => action.Id, StringComparer.Ordinal);
}

using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Server.Processes;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Postfix;

/// <summary>
/// The content filter, a process of its own: it reads each message as the practice store does, so that it dies or hangs on the same
/// defects, and hands what it has survived back to Postfix. One message at a time.
/// </summary>
internal sealed class MailFilter(int port, int next, TimeProvider time)
{
    /// <summary>As Postfix has (postconf(5), smtp_data_done_timeout): who goes earlier has it taken twice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var door = new MailDoor(port, 1, _ => "250 2.1.5 Ok", PassAsync);
        await door.RunAsync(cancellationToken);
    }

    /// <summary>A message that is being handed on is handed on, also when the filter is asked to end.</summary>
    private async Task<string> PassAsync(TakenMail mail, CancellationToken cancellationToken)
    {
        switch (DefectTable.In(InternetMessage.Parse(mail.Message))?.Effect)
        {
            case DefectEffect.Crash or DefectEffect.CrashOutOfMemory:
                Environment.Exit(ChildExit.AccessViolation);
                break;
            case DefectEffect.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None);
                break;
        }

        return await SmtpSender.HandOverAsync(next, mail.Envelope, mail.Message, Patience, time, CancellationToken.None)
            ?? "451 4.3.0 Not taken back";
    }
}

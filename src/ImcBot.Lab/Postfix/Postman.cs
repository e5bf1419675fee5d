using System.Security.Cryptography;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>The outside world: it sends mail to a practice Postfix, and what was not taken again until it is.</summary>
internal sealed class Postman(PostfixFolder folder, MessageLedger ledger, MailSource source, TimeProvider time)
{
    /// <summary>Of the token by which a message is known.</summary>
    public const int TokenLength = 16;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromMinutes(5);

    private static readonly Envelope Office = new("sender@sender.example", ["office@example.com"]);

    /// <summary>Postfix has its messages; a further one is not sent before the one before was taken.</summary>
    private readonly SemaphoreSlim one = new(1, 1);

    public Task SendAsync(CancellationToken cancellationToken) => SendAsync(Office, source.Next(), null, cancellationToken);

    /// <summary>A message that the filter fails on.</summary>
    public Task SendAsync(Defect defect, CancellationToken cancellationToken) =>
        SendAsync(Office, SpoiltMail.Make(source, defect), defect.Id, cancellationToken);

    /// <summary>Mail of one sender to a mailbox that takes none: it piles up in the queue.</summary>
    public async Task FloodAsync(int count, CancellationToken cancellationToken)
    {
        var envelope = new Envelope("offers@flood.example", [$"box@{MailSink.FullMailbox}"]);
        for (var n = 0; n < count; n++)
        {
            await SendAsync(envelope, source.Next(), null, cancellationToken);
        }
    }

    /// <summary>Good mail for as long as it runs.</summary>
    public async Task KeepSendingAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(every, time, cancellationToken);
            await SendAsync(cancellationToken);
        }
    }

    private async Task SendAsync(Envelope envelope, byte[] good, string? defect, CancellationToken cancellationToken)
    {
        var token = RandomNumberGenerator.GetHexString(TokenLength, lowercase: true);
        var message = SpoolFile.WithToken(token, good);
        await one.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (await SmtpSender.HandOverAsync(folder.MailPort, envelope, message, Patience, time, cancellationToken) is { } answer)
                {
                    ledger.Plant(token, answer.Split(' ')[^1], Convert.ToHexStringLower(SHA256.HashData(message)), defect);
                    return;
                }

                await Task.Delay(AgainAfter, time, cancellationToken);
            }
        }
        finally
        {
            one.Release();
        }
    }
}

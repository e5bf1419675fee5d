using MimeKit;

namespace ImcBot.Lab.Server.Mail;

/// <summary>Plausible office mail of 2002 from a seed: short and long, plain, HTML, with attachments, in several character sets.</summary>
internal sealed class GeneratedMail(int seed)
{
    private static readonly string[] People =
    [
        "Anna Berg",
        "Bob Keller",
        "Chen Wei",
        "Dora Müller",
        "Emil Novák",
        "Fatima Haddad",
        "Grace Hopper",
        "Henrik Lund",
        "Irene Papas",
        "José Ortega",
    ];
    private static readonly string[] Domains = ["example.com", "example.net", "partner.example", "supplier.example", "customer.example"];
    private static readonly string[] Topics =
    [
        "Quarterly figures",
        "Lunch on Friday",
        "Delivery 4711",
        "Re: offer",
        "Meeting moved",
        "Holiday list",
        "Price list",
        "Server room keys",
        "Fwd: minutes",
        "Straße gesperrt",
    ];
    private static readonly string[] Sentences =
    [
        "Please find the figures below.",
        "Could you have a look before noon?",
        "The truck arrives on Tuesday.",
        "I will be out of the office next week.",
        "The meeting is moved to room 12.",
        "Viele Grüße aus München.",
        "Thanks for your quick answer.",
        "We still wait for the signed copy.",
    ];

    private readonly Random random = new(seed);
    private int count;

    public byte[] Next()
    {
        var from = Person();
        using var message = new MimeMessage([from], [Person()], Pick(Topics), Body());
        message.Date = new DateTimeOffset(2002, 7, 26, 6, 0, 0, TimeSpan.Zero).AddMinutes(count * 3);
        message.MessageId = $"{seed}.{++count}@{from.Domain}";
        message.Headers.Add("X-Mailer", "Internet Mail Service (5.5.2656.59)");
        using var stream = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, stream);
        return stream.ToArray();
    }

    private MimeEntity Body()
    {
        var builder = new BodyBuilder { TextBody = Text() };
        if (random.Next(3) == 0)
        {
            builder.HtmlBody = $"<html><body><p>{Text()}</p></body></html>";
        }

        if (random.Next(4) == 0)
        {
            var content = new byte[random.Next(200, 20_000)];
            random.NextBytes(content);
            builder.Attachments.Add($"figures-{count}.xls", content);
        }

        return builder.ToMessageBody();
    }

    private string Text() => string.Join("\r\n", Enumerable.Range(0, random.Next(2, 20)).Select(_ => Pick(Sentences))) + "\r\n";

    private MailboxAddress Person()
    {
        var name = Pick(People);
        return new MailboxAddress(name, $"{char.ToLowerInvariant(name[0])}{random.Next(1, 99)}@{Pick(Domains)}");
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// A session up to RCPT TO, then RSET and QUIT: a greeting says little, for a full disk is refused at MAIL FROM, without inodes the
/// session hangs there, and a wrong restriction or a missing map speaks at RCPT TO (451 4.3.x, the state of the mail system: RFC 3463).
/// The address is nobody's (RFC 2606): any other answer to it is the server's own business. Where a service is named, wherever that
/// instance listens is asked: another instance may listen on the loopback. Data: <c>reply</c>, the last one, empty when nothing answered.
/// </summary>
internal sealed class SmtpAccepts : ICheck
{
    public const string Use = "smtp.accepts";

    private static readonly string[] Steps = ["the greeting", "EHLO", "MAIL FROM", "RCPT TO", "RSET", "QUIT"],
        Lines = ["EHLO localhost", "MAIL FROM:<>", "RCPT TO:<postmaster@imcbot.invalid>", "RSET", "QUIT"];

    /// <summary>The greeting of a busy server takes its time; one that hangs takes more than a minute.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly int Recipient = Array.IndexOf(Steps, "RCPT TO");

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var port = int.Parse(call.With["port"]);
        var limit = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, site.Profile.CheckSeconds * 2 / 3.0));
        IReadOnlyList<string> addresses = call.With.GetValueOrDefault("service") is { } service
            ? await ListensAt.AddressesAsync(await PostfixInstance.OfAsync(site, service, cancellationToken), port, cancellationToken)
            : [ListensAt.Loopback];
        var asked = await Task.WhenAll(addresses.Select(AskAsync));
        return asked.FirstOrDefault(one => one.Verdict is not Verdict.Clear) ?? asked[0];

        async Task<Finding> AskAsync(string address) =>
            Told(
                await site.Host.Machine.TalkAsync(address, port, Lines, limit, cancellationToken),
                $"{port}{(address == ListensAt.Loopback ? "" : $" of {address}")}",
                limit
            );
    }

    /// <param name="port">Its number, and the address where that is not the loopback.</param>
    private static Finding Told(IReadOnlyList<string>? replies, string port, TimeSpan limit)
    {
        if (replies is null)
        {
            return Finding.Of(Verdict.Finding, $"Nothing answers on port {port}.", ("reply", ""));
        }

        var refused = replies.Where((reply, step) => IsRefusal(reply, step)).FirstOrDefault();
        var takes = replies.Count > Recipient && refused is null;
        return Finding.Of(
            Finding.When(takes),
            takes ? $"Port {port} takes mail, as far as RCPT TO."
                : refused is not null ? $"Port {port} refuses {Steps[replies.ToList().IndexOf(refused)]}: {refused}"
                : $"Port {port} does not answer {Steps[replies.Count]} within {limit.TotalSeconds:0.#} s.",
            ("reply", replies is [.., var last] ? last : "")
        );
    }

    private static bool IsRefusal(string reply, int step) =>
        step == Recipient ? reply.StartsWith("451 4.3.", StringComparison.Ordinal) : reply is not ['2', ..];
}

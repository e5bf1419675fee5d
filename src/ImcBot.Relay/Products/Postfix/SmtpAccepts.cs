using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// A session up to MAIL FROM, then RSET and QUIT: a greeting says little, for a full disk is refused at MAIL FROM, and without inodes the
/// session hangs there. Data: <c>reply</c>, the last one, empty when nothing answered.
/// </summary>
internal sealed class SmtpAccepts : ICheck
{
    public const string Use = "smtp.accepts";

    private static readonly string[] Steps = ["the greeting", "EHLO", "MAIL FROM", "RSET", "QUIT"],
        Lines = ["EHLO localhost", "MAIL FROM:<>", "RSET", "QUIT"];

    /// <summary>The greeting of a busy server takes its time; one that hangs takes more than a minute.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var port = int.Parse(call.With["port"]);
        var limit = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, site.Profile.CheckSeconds * 2 / 3.0));
        if (await site.Host.Machine.TalkAsync(port, Lines, limit, cancellationToken) is not { } replies)
        {
            return Finding.Of(Verdict.Finding, $"Nothing answers on port {port}.", ("reply", ""));
        }

        var refused = replies.FirstOrDefault(reply => reply is not ['2', ..]);
        var takes = replies.Count >= 3 && refused is null;
        return Finding.Of(
            Finding.When(takes),
            takes ? $"Port {port} takes mail, as far as MAIL FROM."
                : refused is not null ? $"Port {port} refuses {Steps[replies.ToList().IndexOf(refused)]}: {refused}"
                : $"Port {port} does not answer {Steps[replies.Count]} within {limit.TotalSeconds:0.#} s.",
            ("reply", replies is [.., var last] ? last : "")
        );
    }
}

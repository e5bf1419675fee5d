using System.CommandLine;
using Azure.Core.Pipeline;
using ImcBot.Bot.Endpoints;

namespace ImcBot.Bot.Commands;

/// <summary>
/// <c>runbook check FILE --relay HOST</c>: what of a runbook is possible on a server, told beside what its policy or the server itself
/// would refuse.
/// </summary>
internal static class TryOnHost
{
    /// <summary>More than a bot waits for its relay.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="transport">How Entra is reached; by https when null.</param>
    /// <returns>Done when everything is possible, also what is not so now; not done when something would be refused or nobody
    /// told.</returns>
    /// <exception cref="CommandException">Nothing was tried; the message says why.</exception>
    internal static async Task<int> RunAsync(
        ParseResult parsed,
        DecideOptions options,
        TryAsk ask,
        HttpPipelineTransport? transport,
        CancellationToken cancellationToken
    )
    {
        using var bot = await SignedCall.OpenAsync(options, Patience, transport, cancellationToken);
        var reply = await bot.PostAsync<TryReply>(
            "runbooks/try",
            ask,
            reply => reply.Tried is not null,
            ("Whatever was tried has changed nothing.", BotCommand.NotDone),
            cancellationToken
        );
        if (reply.Refusal is { } refusal)
        {
            throw new CommandException(refusal);
        }

        BotCommand.Print(
            parsed,
            string.Join(
                Environment.NewLine,
                reply.Tried.Prepend<object>($"On {ask.Host}, for its subject {reply.Subject}; nothing was changed:")
            ),
            new
            {
                ask.Host,
                reply.Subject,
                Tried = reply.Tried.Select(one => new
                {
                    one.Name,
                    Possible = one.Word,
                    one.Said,
                }),
            }
        );
        return reply.Tried.All(one => one.IsPossible) ? BotCommand.Done : BotCommand.NotDone;
    }
}

using System.CommandLine;
using Azure.Core.Pipeline;
using ImcBot.Bot.Endpoints;

namespace ImcBot.Bot.Commands;

/// <summary>
/// <c>decide INC-7/3 approve --reason …</c>: answers a request when Teams is down, after a sign-in with a device code.
/// Exit codes: 0 the vote counts, 1 the bot refused it, 2 wrong use, settings or sign-in (nothing was sent), 3 no answer (it may count).
/// </summary>
internal static class DecideCommand
{
    private const int Unknown = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    public static Command Create()
    {
        var question = new Argument<string>("request") { Description = "The request, such as INC-7/3." };
        var answer = new Argument<string>("answer") { Description = "approve, deny (offer the next remedy) or deny-stop (stop asking)." };
        answer.AcceptOnlyFromAmong([.. DecideEndpoint.Answers]);
        var reason = new Option<string?>("--reason") { Description = "Why; it is kept in the journal." };
        var command = new Command(
            "decide",
            "Answers a request when Teams is down: same vote, same rules, same journal. Ends with 0 when it counts, 1 when the bot "
                + "refused it, 2 when nothing was sent, 3 without an answer."
        )
        {
            question,
            answer,
            reason,
        };
        var settings = DecideOptions.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var ask = new DecideAsk(parsed.GetRequiredValue(question), parsed.GetRequiredValue(answer), parsed.GetValue(reason));
                return RunAsync(parsed, settings(parsed), ask, transport: null, cancellationToken);
            }
        );
        return command;
    }

    /// <param name="transport">How Entra is reached; by https when null.</param>
    /// <exception cref="CommandException">Nothing was sent, or nothing was answered; the exit code says which.</exception>
    internal static async Task<int> RunAsync(
        ParseResult parsed,
        DecideOptions options,
        DecideAsk ask,
        HttpPipelineTransport? transport,
        CancellationToken cancellationToken
    )
    {
        using var bot = await SignedCall.OpenAsync(options, Patience, transport, cancellationToken);
        var reply = await bot.PostAsync<DecideReply>(
            "decide",
            ask,
            reply => reply.Words is { Length: > 0 },
            ("The vote may count all the same; look at the card, or send it again: a second one changes nothing.", Unknown),
            cancellationToken
        );
        BotCommand.Print(
            parsed,
            reply.Words,
            new
            {
                ask.Question,
                reply.Counts,
                reply.Words,
            }
        );
        return reply.Counts ? BotCommand.Done : BotCommand.NotDone;
    }
}

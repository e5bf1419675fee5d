using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using ImcBot.Bot.Chat;
using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary>
/// <c>decide INC-7/3 approve --reason …</c>: answers a request when Teams is down, after a sign-in with a device code.
/// Exit codes: 0 the vote counts, 1 the bot refused it, 2 wrong use, settings or sign-in (nothing was sent), 3 no answer (it may count).
/// </summary>
internal static class DecideCommand
{
    public const int Refused = BotCommand.NotDone, NotSent = BotCommand.WrongUse, Unknown = 3;

    public static Command Create()
    {
        var question = new Argument<string>("request") { Description = "The request, such as INC-7/3." };
        var answer = new Argument<string>("answer") { Description = "approve, deny (offer the next remedy) or deny-stop (stop asking)." };
        answer.AcceptOnlyFromAmong([.. DecideDesk.Answers.Keys]);
        var reason = new Option<string?>("--reason") { Description = "Why; it is kept in the journal." };
        Option<string?>[] settings =
        [
            new("--bot") { Description = "Address of the bot (Decide:Bot)." }, new("--tenant") { Description = "Id of the Entra tenant (Decide:Tenant)." },
            new("--client") { Description = "App id of the public client that people sign in with (Decide:Client)." }, new("--audience") { Description = "What the bot's Entra:Audience says (Decide:Audience)." },
            new("--authority") { Description = "Entra's address; sovereign clouds have their own (Decide:Authority)." },
        ];
        var command = new Command("decide", "Answers a request when Teams is down: same vote, same rules, same journal. Ends with 0 when it counts, 1 when the bot refused it, 2 when nothing was sent, 3 without an answer.")
        {
            question, answer, reason,
        };
        Array.ForEach(settings, command.Options.Add);
        command.SetAction((parsed, token) =>
        {
            var given = settings.SelectMany(option => BotCommand.Setting($"{DecideOptions.Section}:{option.Name[2..]}", parsed.GetValue(option)));
            var ask = new DecideAsk(parsed.GetRequiredValue(question), parsed.GetRequiredValue(answer), parsed.GetValue(reason));
            return RunAsync(parsed, DecideOptions.Read(BotCommand.ConfigurationOf(parsed, [.. given])), ask, transport: null, token);
        });
        return command;
    }

    /// <param name="transport">How Entra is reached; by https when null.</param>
    /// <exception cref="CommandException">Nothing was sent, or nothing was answered; the exit code says which.</exception>
    internal static async Task<int> RunAsync(ParseResult parsed, DecideOptions options, DecideAsk ask, HttpPipelineTransport? transport, CancellationToken token)
    {
        List<string> problems = [.. options.Problems()];
        if (problems.Count > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems)) { ExitCode = NotSent };
        }

        var reply = await VoteAsync(options, await SignInAsync(options, transport, token), ask, token);
        BotCommand.Print(parsed, reply.Words, new { ask.Question, reply.Counts, reply.Words });
        return reply.Counts ? BotCommand.Done : Refused;
    }

    private static async Task<AccessToken> SignInAsync(DecideOptions options, HttpPipelineTransport? transport, CancellationToken token)
    {
        var how = new DeviceCodeCredentialOptions
        {
            TenantId = options.Tenant,
            ClientId = options.Client,
            AuthorityHost = options.Authority,
            DeviceCodeCallback = static (code, _) => Console.Error.WriteLineAsync(code.Message),
        };
        how.Transport = transport ?? how.Transport;
        try
        {
            return await new DeviceCodeCredential(how).GetTokenAsync(new TokenRequestContext([options.Scope]), token);
        }
        catch (AuthenticationFailedException exception)
        {
            throw new CommandException($"The sign-in did not succeed, so nothing was sent: {exception.GetBaseException().Message}", exception) { ExitCode = NotSent };
        }
    }

    private static async Task<DecideReply> VoteAsync(DecideOptions options, AccessToken proof, DecideAsk ask, CancellationToken token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = options.Bot,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", proof.Token) },
        };
        try
        {
            using var response = await http.PostAsJsonAsync("decide", ask, WireJson.Options, token);
            return await response.Content.ReadFromJsonAsync<DecideReply>(WireJson.Options, token) is { Words.Length: > 0 } reply
                ? reply
                : throw new JsonException($"HTTP {(int)response.StatusCode} without words.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException && !token.IsCancellationRequested)
        {
            throw new CommandException($"{options.Bot} did not answer as the bot does: {exception.Message} The vote may count all the same; look at the card, or send it again: a second one changes nothing.", exception)
            {
                ExitCode = Unknown,
            };
        }
    }
}

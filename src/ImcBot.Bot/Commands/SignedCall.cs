using System.Net.Http.Headers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using ImcBot.Contracts;

namespace ImcBot.Bot.Commands;

/// <summary>The running bot, called by a person who has signed in with a device code.</summary>
internal sealed class SignedCall : IDisposable
{
    private readonly HttpClient _http;

    private SignedCall(Uri bot, string proof, TimeSpan patience) =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = bot,
            Timeout = patience,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", proof) },
        };

    /// <param name="patience">How long the bot may take to answer.</param>
    /// <param name="transport">How Entra is reached; by https when null.</param>
    /// <exception cref="CommandException">Settings are missing or the sign-in did not succeed; nothing was sent.</exception>
    public static async Task<SignedCall> OpenAsync(
        DecideOptions options,
        TimeSpan patience,
        HttpPipelineTransport? transport,
        CancellationToken cancellationToken
    )
    {
        List<string> problems = [.. options.Problems()];
        if (problems.Count > 0)
        {
            throw CommandException.WrongUse(string.Join(Environment.NewLine, problems));
        }

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
            var proof = await new DeviceCodeCredential(how).GetTokenAsync(new TokenRequestContext([options.Scope]), cancellationToken);
            return new(options.Bot!, proof.Token, patience);
        }
        catch (AuthenticationFailedException exception)
        {
            throw CommandException.WrongUse(
                $"The sign-in did not succeed, so nothing was sent: {exception.GetBaseException().Message}",
                exception
            );
        }
    }

    /// <param name="isWhole">Whether a reply says what the bot's would.</param>
    /// <param name="otherwise">What people must know, and the exit code, where nothing came back that the bot answers: it may have
    /// heard what was asked.</param>
    /// <exception cref="CommandException">That was so.</exception>
    public async Task<TReply> PostAsync<TReply>(
        string path,
        object ask,
        Predicate<TReply> isWhole,
        (string Sentence, int ExitCode) otherwise,
        CancellationToken cancellationToken
    )
        where TReply : class
    {
        try
        {
            using var response = await _http.PostAsJsonAsync(path, ask, WireJson.Options, cancellationToken);
            return await response.Content.ReadFromJsonAsync<TReply>(WireJson.Options, cancellationToken) is { } reply && isWhole(reply)
                ? reply
                : throw new JsonException($"HTTP {(int)response.StatusCode} without words.");
        }
        catch (Exception exception)
            when (exception is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(
                $"{_http.BaseAddress} did not answer as the bot does: {exception.Message} {otherwise.Sentence}",
                exception
            )
            {
                ExitCode = otherwise.ExitCode,
            };
        }
    }

    public void Dispose() => _http.Dispose();
}

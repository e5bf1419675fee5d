using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Benchmarks.Polls;

/// <summary>Relays with keys of their own, all in this process, that poll as relays do and carry nothing out.</summary>
internal sealed class PollingRelays : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue })
    {
        Timeout = TimeSpan.FromMinutes(2),
    };
    private readonly ECDsa[] _keys;
    private readonly TaskCompletionSource<long>[] _got;
    private int _polls;

    public PollingRelays(int count)
    {
        _keys = [.. Enumerable.Range(0, count).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];
        _got = [.. _keys.Select(_ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously))];
    }

    /// <summary>Polls that were answered.</summary>
    public int Polls => Volatile.Read(ref _polls);

    /// <summary>Enters them, confirmed, where a bot has made its tables and keys.</summary>
    public async Task EnterAsync(string folder, CancellationToken cancellationToken)
    {
        using var key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(folder, "journal.key")));
        using var signals = new ChangeSignals();
        var register = new RelayRegister(
            JournalFile.At(Path.Combine(folder, "imcbot.db")),
            key,
            RevokedRelays.Beside(Path.Combine(folder, "journal.key")),
            signals
        );
        for (var relay = 0; relay < _keys.Length; relay++)
        {
            var point = _keys[relay].ExportParameters(includePrivateParameters: false).Q;
            await register.AddAsync(
                new RelayRow
                {
                    Id = IdOf(relay),
                    Host = HostOf(relay),
                    PublicKey = JsonSerializer.Serialize(
                        new
                        {
                            kty = "EC",
                            crv = "P-256",
                            x = Base64UrlEncoder.Encode(point.X),
                            y = Base64UrlEncoder.Encode(point.Y),
                        }
                    ),
                    State = RelayRegister.Confirmed,
                    EnrolledAt = TimeProvider.System.Micros(),
                },
                cancellationToken
            );
        }
    }

    /// <summary>Polls until it is told to stop; each begins at a moment of its own within the time that a poll is held.</summary>
    public async Task PollAsync(Uri bot, TimeSpan spread, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, _keys.Length).Select(PollOneAsync));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // They were told to stop.
        }

        async Task PollOneAsync(int relay)
        {
            await Task.Delay(spread * relay / _keys.Length, TimeProvider.System, cancellationToken);
            var known = new HashSet<RunId>();
            while (true)
            {
                var work = await SendAsync<Poll, Work>(relay, bot, "poll", new Poll([.. known]), cancellationToken);
                Interlocked.Increment(ref _polls);
                if (work!.Jobs.Count > 0)
                {
                    _got[relay].TrySetResult(Stopwatch.GetTimestamp());
                    known.UnionWith(work.Jobs.Select(job => job.Run));
                }
            }
        }
    }

    /// <summary>The server of one says that it is down. Milliseconds from sending that until its poll is answered with a job.</summary>
    public async Task<double> AlertAsync(int relay, Uri bot, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await SendAsync<HostAlert, object>(relay, bot, "alerts", Some.Alert(false, 4102) with { Host = HostOf(relay) }, cancellationToken);
        return Stopwatch.GetElapsedTime(began, await _got[relay].Task.WaitAsync(cancellationToken)).TotalMilliseconds;
    }

    public void Dispose()
    {
        _http.Dispose();
        Array.ForEach(_keys, key => key.Dispose());
    }

    private static string IdOf(int relay) => $"relay-{relay:0000}";

    public static string HostOf(int relay) => $"EXCH{relay:0000}";

    private async Task<TAnswer?> SendAsync<TBody, TAnswer>(int relay, Uri bot, string path, TBody body, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot, $"relay/v1/{path}"))
        {
            Content = JsonContent.Create(body, options: WireJson.Options),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Sign(relay));
        request.Headers.Add(RelayAssertion.InstanceHeader, $"bench/1/{relay}");
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{IdOf(relay)} {path}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return answer.Content.Headers.ContentLength is 0 || answer.StatusCode == System.Net.HttpStatusCode.NoContent
            ? null
            : await answer.Content.ReadFromJsonAsync<TAnswer>(WireJson.Options, cancellationToken);
    }

    private string Sign(int relay)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = RelayAssertion.TokenType,
                Issuer = IdOf(relay),
                Audience = RelayAssertion.Audience,
                IssuedAt = now.UtcDateTime,
                Expires = (now + RelayAssertion.Life).UtcDateTime,
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [JwtRegisteredClaimNames.Sub] = IdOf(relay),
                    [JwtRegisteredClaimNames.Jti] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                },
                SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_keys[relay]), SecurityAlgorithms.EcdsaSha256),
            }
        );
    }
}

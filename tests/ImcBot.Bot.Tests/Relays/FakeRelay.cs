using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

/// <summary>An answer of the bot.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text)
{
    public string Error => JsonDocument.Parse(Text).RootElement.GetProperty("error").GetString()!;

    public T Read<T>() => JsonSerializer.Deserialize<T>(Text, WireJson.Options)!;
}

/// <summary>A relay written by hand, which can also lie.</summary>
internal sealed class FakeRelay(HttpClient http, TimeProvider clock, string host, ECDsa? key = null)
{
    public ECDsa Key { get; } = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Id { get; set; } = "";

    public string GrantKeys { get; private set; } = "";

    /// <summary>How far its clock is ahead of the bot's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Which process it says it is; null for a relay that is older than that.</summary>
    public RelayInstance? Instance { get; set; }

    /// <summary>Gives the Entra token that it sends in place of assertions; null for a relay that signs.</summary>
    public Func<string?>? Entra { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Hello Hello(int protocol = 1, int oldest = 1) =>
        new(
            protocol,
            oldest,
            "0.1.0",
            host,
            Some.Profile with
            {
                CheckSeconds = 600,
            },
            Catalog.Entries.Values.ToDictionary(entry => entry.Id, entry => entry.Version, StringComparer.Ordinal)
        );

    public async Task<Answer> EnrolAsync(string code)
    {
        Assert.True(EnrolmentCode.TryParse(code, out var read));
        var answer = await SendAsync(
            HttpMethod.Post,
            "enrol",
            JsonContent.Create(new Enrolment(read.Secret, host, PublicKey()), options: WireJson.Options),
            Entra?.Invoke()
        );
        if (answer.Status == HttpStatusCode.OK)
        {
            (Id, GrantKeys) = (answer.Read<Enrolled>().Relay, answer.Read<Enrolled>().GrantKeys);
            Assert.Equal(read.Fingerprint, KeyPrint.Of(GrantKeys));
        }

        return answer;
    }

    public Task<Answer> PostAsync<T>(string path, T body, string? assertion = null) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body, options: WireJson.Options), assertion ?? Proof());

    public Task<Answer> SendAsync(HttpMethod method, string path, HttpContent content) => SendAsync(method, path, content, Proof());

    /// <summary>Polls and gives the jobs; the answer must be 200.</summary>
    public async Task<IReadOnlyList<Job>> PollAsync(params RunId[] known)
    {
        var answer = await PostAsync("poll", new Poll(known));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Read<Work>().Jobs;
    }

    public Task<Answer> ReportAsync(params Report[] reports) => PostAsync("reports", reports);

    public Report ReportOf(Job job, Verdict verdict = Verdict.Clear) =>
        new(job.Run, job.Kind, verdict, $"{job.Run} {verdict}", new Dictionary<string, string>(StringComparer.Ordinal), Some.Start);

    /// <summary>A client assertion; every part can be made wrong.</summary>
    public string Assertion(
        string? issuer = null,
        string? subject = null,
        string audience = RelayAssertion.Audience,
        string type = RelayAssertion.TokenType,
        string? id = "",
        double minutes = 4,
        SigningCredentials? credentials = null
    )
    {
        var now = clock.GetUtcNow() + Ahead;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = subject ?? Id };
        if (id is not null)
        {
            claims[JwtRegisteredClaimNames.Jti] = id.Length > 0 ? id : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = type,
                Issuer = issuer ?? Id,
                Audience = audience,
                IssuedAt = now.UtcDateTime,
                Expires = now.AddMinutes(minutes).UtcDateTime,
                Claims = claims,
                SigningCredentials = credentials ?? new SigningCredentials(new ECDsaSecurityKey(Key), SecurityAlgorithms.EcdsaSha256),
            }
        );
    }

    public string PublicKey()
    {
        var point = Key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.Serialize(
            new
            {
                kty = "EC",
                crv = "P-256",
                x = Base64UrlEncoder.Encode(point.X),
                y = Base64UrlEncoder.Encode(point.Y),
            }
        );
    }

    private string? Proof() => Entra is null ? Assertion() : Entra();

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent content, string? proof)
    {
        using var request = new HttpRequestMessage(method, $"relay/v1/{path}") { Content = content };
        request.Headers.Authorization = proof is null ? null : new AuthenticationHeaderValue("Bearer", proof);
        if (Entra is not null)
        {
            request.Headers.Add(RelayAssertion.RelayHeader, Id);
        }

        if (Instance is { } instance)
        {
            request.Headers.Add(RelayAssertion.InstanceHeader, instance.Text);
        }

        using var response = await http.SendAsync(request, Token);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}

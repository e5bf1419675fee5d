using ImcBot.Bot.Tests.Entra;
using ImcBot.Contracts;
using ImcBot.Relay.Session;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A relay that signs in with Entra: what it shows, what the bot gets, and what is told when it cannot.</summary>
public sealed class A_relay_signs_in : IAsyncLifetime
{
    private readonly Proof _proof = new();
    private readonly List<(string? Authorization, string? Relay)> _seen = [];
    private EntraDouble _entra = null!;
    private WebApplication _bot = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _entra = await EntraDouble.StartAsync();
        _bot = Loopback.Builder().Build();
        _bot.MapPost(
            "/relay/v1/{call}",
            (string call, HttpRequest request) =>
            {
                _seen.Add((request.Headers.Authorization, request.Headers[RelayAssertion.RelayHeader]));
                return call == "enrol" ? Results.Json(new Enrolled("exch01-abc", "{}"), WireJson.Options) : Results.NoContent();
            }
        );
        await _bot.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        _proof.Dispose();
        await _bot.DisposeAsync();
        await _entra.DisposeAsync();
    }

    [Fact]
    public async Task Each_call_carries_the_machines_token_and_the_relays_name_and_the_token_is_fetched_once()
    {
        _entra.BecomeThisMachinesIdentity();
        var entra = Read([], ("audience", EntraDouble.Audience));

        await Gateways.EnrolmentDesk(Bot, entra).EnrolAsync(new Enrolment("secret", "EXCH01", "{}"), Token);
        var gateway = Gateway(entra);
        await gateway.ReportAsync([], Token);
        await gateway.ReportAsync([], Token);

        Assert.Equal([null, "exch01-abc", "exch01-abc"], _seen.Select(call => call.Relay));
        Assert.All(await Task.WhenAll(_seen.Select(call => _entra.HoldsAsync(call.Authorization, EntraDouble.Audience))), Assert.True);
        Assert.Equal([EntraDouble.Audience], _entra.Asked);
    }

    [Fact]
    public async Task Without_settings_it_signs_by_itself_and_enrols_without_a_token()
    {
        await Gateways.EnrolmentDesk(Bot, Read([])).EnrolAsync(new Enrolment("secret", "EXCH01", "{}"), Token);
        await Gateway(Read([])).ReportAsync([], Token);

        Assert.Null(_seen[0].Authorization);
        Assert.Equal(
            RelayAssertion.TokenType,
            new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(_seen[1].Authorization!["Bearer ".Length..]).Typ
        );
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("workload-identity")]
    public async Task What_it_shows_is_chosen_by_the_settings(string kind)
    {
        var errors = new List<string>();
        var gateway = Gateway(
            Read(
                errors,
                ("audience", EntraDouble.Audience),
                ("credential", kind),
                ("clientId", EntraDouble.App),
                ("tenantId", EntraDouble.Tenant),
                ("certificate", _proof.Pem),
                ("tokenFile", _proof.TokenFile)
            )
        );
        Assert.Empty(errors);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => gateway.ReportAsync([], Token));
        Assert.Contains("gave no token for the bot", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(_seen);

        _entra.Proves = _proof.Holds;
        await gateway.ReportAsync([], Token);
        Assert.True(await _entra.HoldsAsync(Assert.Single(_seen).Authorization, EntraDouble.Audience));
    }

    [Theory]
    [InlineData("audience", "", "", "entra:audience: it is missing")]
    [InlineData("credential", "password", "", "use managed-identity, workload-identity or certificate")]
    [InlineData("credential", "certificate", "", "certificate needs entra:clientId")]
    [InlineData("credential", "certificate", "/nowhere/app.pem", "cannot be used")]
    [InlineData("credential", "workload-identity", "", "workload-identity needs entra:clientId")]
    public void What_is_wrong_is_told_at_the_start(string name, string value, string certificate, string says)
    {
        var errors = new List<string>();
        (string, string)[] whole = certificate.Length == 0 ? [] : [("clientId", "c"), ("tenantId", "t"), ("certificate", certificate)];

        Assert.Null(Read(errors, [("audience", EntraDouble.Audience), .. whole, (name, value)]));

        Assert.Contains(says, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_told_at_the_start()
    {
        var errors = new List<string>();

        Read(
            errors,
            ("audience", EntraDouble.Audience),
            ("credential", "certificate"),
            ("clientId", "c"),
            ("tenantId", "t"),
            ("certificate", _proof.TokenFile)
        );

        Assert.Contains("must be a PEM file", Assert.Single(errors), StringComparison.Ordinal);
    }

    private string Bot => _bot.Urls.Single();

    private IBotGateway Gateway(EntraIdentity? entra) =>
        Gateways.Gateway(
            new Membership(Bot, "exch01-abc", "EXCH01", "{}"),
            RelayKey.Open(Path.Combine(Path.GetDirectoryName(_proof.Pem)!, "relay.key")),
            entra,
            TimeProvider.System
        );

    private EntraIdentity? Read(List<string> errors, params (string Name, string Value)[] settings) =>
        EntraIdentity.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings
                        .Select(setting => KeyValuePair.Create($"entra:{setting.Name}", (string?)setting.Value))
                        .GroupBy(pair => pair.Key)
                        .Select(pairs => pairs.Last())
                )
                .Build(),
            errors,
            _entra.Transport
        );
}

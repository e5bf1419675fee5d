using System.Net;
using System.Security.Cryptography;
using ImcBot.Bot.Tests.Entra;
using ImcBot.Contracts;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class A_relay_may_sign_in_with_Entra : IAsyncLifetime
{
    private const string Stranger = "44444444-0000-0000-0000-000000000002";

    private EntraDouble _entra = null!;
    private BotHouse _house = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _entra = await EntraDouble.StartAsync();
        _house = await BotHouse.OpenAsync(
            _entra.Settings(($"Entra:Relays:{EntraDouble.App}", Some.Host.ToLowerInvariant()), ($"Entra:Relays:{Stranger}", "EXCH02"))
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _house.DisposeAsync();
        await _entra.DisposeAsync();
    }

    [Fact]
    public async Task Its_apps_token_speaks_for_the_enrolled_relay_and_its_key_no_more()
    {
        var relay = await _house.EnrolledAsync(entra: AppToken);

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await relay.PostAsync("reports", Array.Empty<Report>())).Status);
        var byKey = await relay.PostAsync("hello", relay.Hello(), relay.Assertion());
        Assert.Equal(HttpStatusCode.Unauthorized, byKey.Status);
        Assert.Contains("signs in with Entra", byKey.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_whose_host_is_not_listed_goes_on_signing()
    {
        var signing = await _house.RelayAsync("EXCH03");

        Assert.Equal(HttpStatusCode.OK, (await signing.PostAsync("hello", signing.Hello())).Status);
        signing.Entra = AppToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await signing.PostAsync("hello", signing.Hello())).Status);
    }

    [Fact]
    public async Task Nothing_goes_before_it_is_enrolled_confirmed_and_after_it_is_revoked_though_its_app_stays_the_same()
    {
        var relay = new FakeRelay(_house.Http, _house.Clock, Some.Host) { Entra = AppToken };
        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello())).Status);

        await relay.EnrolAsync(await _house.Enrolment.CreateCodeAsync(Some.Host, BotHouse.Administrator, Token));
        Assert.Equal(HttpStatusCode.Forbidden, (await relay.PostAsync("hello", relay.Hello())).Status);

        await _house.Enrolment.ConfirmAsync(relay.Id, BotHouse.Administrator, Token);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);

        await _house.Enrolment.RevokeAsync(relay.Id, BotHouse.Administrator, Token);
        var next = await _house.EnrolledAsync(entra: AppToken);
        Assert.Equal(HttpStatusCode.Gone, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_it_is_401()
    {
        var relay = await _house.EnrolledAsync(entra: AppToken);
        using var foreign = RSA.Create(2048);
        var now = _house.Clock.GetUtcNow();
        (string What, string Token)[] wrong =
        [
            ("another host's app", _entra.Token(now, oid: Stranger)),
            ("an app that is not listed", _entra.Token(now, oid: Guid.NewGuid().ToString())),
            ("no object id", _entra.Token(now, oid: null)),
            ("another tenant", _entra.Token(now, tid: Stranger)),
            ("no tenant", _entra.Token(now, tid: null)),
            ("another audience", _entra.Token(now, audience: "https://api.botframework.com")),
            ("another issuer", _entra.Token(now, issuer: "https://sts.windows.net/else/")),
            ("another key", _entra.Token(now, key: foreign)),
            ("over", _entra.Token(now, minutes: -10)),
            ("a person's", _entra.Token(now, scp: "decide")),
            ("a person's without scope", _entra.Token(now, idtyp: "user")),
            ("a person's without scope and kind", _entra.Token(now, sub: "somebody for this app only")),
            ("too long", AppToken() + new string('a', 20_000)),
            ("cut off", AppToken()[..^20]),
            ("no token", "hello"),
        ];
        foreach (var (what, token) in wrong)
        {
            var answer = await relay.PostAsync("hello", relay.Hello(), token);
            Assert.Equal((what, HttpStatusCode.Unauthorized), (what, answer.Status));
            Assert.NotEmpty(answer.Error);
        }
    }

    [Fact]
    public async Task An_app_that_its_token_calls_one_needs_no_subject_of_its_own()
    {
        var relay = await _house.EnrolledAsync(entra: () => _entra.Token(_house.Clock.GetUtcNow(), idtyp: "app", sub: "anything"));

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
    }

    [Fact]
    public async Task Its_key_signs_its_ledger_still_and_is_replaced_by_the_key_before()
    {
        var relay = await _house.EnrolledAsync(entra: AppToken);
        var next = new FakeRelay(_house.Http, _house.Clock, Some.Host) { Id = relay.Id };
        var change = new RelayKeyChange(next.PublicKey(), next.Assertion());

        var byTokenAlone = await relay.PostAsync("key", change);
        Assert.Equal(HttpStatusCode.BadRequest, byTokenAlone.Status);
        Assert.Contains("old key", byTokenAlone.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await relay.PostAsync("key", change with { OldProof = next.Assertion() })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await relay.PostAsync("key", change with { OldProof = relay.Assertion() })).Status);
    }

    [Fact]
    public async Task A_bot_that_is_not_told_to_trust_Entra_trusts_no_token_of_it()
    {
        await using var plain = await BotHouse.OpenAsync();
        var relay = await plain.RelayAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello(), AppToken())).Status);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
    }

    private string AppToken() => _entra.Token(_house.Clock.GetUtcNow());
}

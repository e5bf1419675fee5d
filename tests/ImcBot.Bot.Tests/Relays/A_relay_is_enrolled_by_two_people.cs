using System.Net;
using System.Net.Http.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Relays;
using ImcBot.Bot.Tests.Cards;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class A_relay_is_enrolled_by_two_people
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_may_not_speak_before_an_administrator_has_confirmed_its_fingerprint()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = new FakeRelay(house.Http, house.Clock, Some.Host);
        await relay.EnrolAsync(await CodeAsync(house));

        Assert.Equal(HttpStatusCode.Forbidden, (await relay.PostAsync("hello", relay.Hello())).Status);
        var (text, verb, data) = Assert.Single(house.Channel.Announced);
        Assert.Contains(KeyPrint.InGroups(relay.PublicKey()), text, StringComparison.Ordinal);
        Assert.Equal((Vocabulary.ConfirmRelay, relay.Id), (verb, data));

        await house.Enrolment.ConfirmAsync(relay.Id, BotHouse.Administrator, Token);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Contains("ready", Assert.Single(await house.Enrolment.ListAsync(Token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_administrator_makes_codes_confirms_and_revokes()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var stranger = Some.Responder.Id;

        await Assert.ThrowsAsync<InvalidOperationException>(() => house.Enrolment.CreateCodeAsync("EXCH02", stranger, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => house.Enrolment.ConfirmAsync(relay.Id, stranger, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => house.Enrolment.RevokeAsync(relay.Id, stranger, Token));
        Assert.Contains(relay.Id, Assert.Single(await house.Enrolment.ListAsync(Token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_other_hands_have_changed_is_listed_as_not_believed()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        await house.SqlAsync("update relays set state = 'waiting', policy = 'none'");

        Assert.Equal($"{relay.Id}  {Some.Host}  {RelayRegister.Forged}", Assert.Single(await house.Enrolment.ListAsync(Token)));
    }

    [Fact]
    public async Task A_relay_is_enrolled_although_the_channel_does_not_answer_and_is_confirmed_by_its_name()
    {
        await using var house = await BotHouse.OpenAsync();
        var failures = 1;
        house.Channel.Fails = () => failures-- > 0 ? new ChannelException("Teams does not answer.") : null;
        var relay = new FakeRelay(house.Http, house.Clock, Some.Host);

        Assert.Equal(HttpStatusCode.OK, (await relay.EnrolAsync(await CodeAsync(house))).Status);

        await house.Channel.UntilAsync(told => told.Contains($"'relay confirm {relay.Id}'", StringComparison.Ordinal), Token);
        await house.Enrolment.ConfirmAsync(relay.Id, BotHouse.Administrator, Token);
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
    }

    [Fact]
    public async Task A_code_is_good_for_one_use()
    {
        await using var house = await BotHouse.OpenAsync();
        var code = await CodeAsync(house);
        await new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code);

        var second = await new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code);

        Assert.Equal(HttpStatusCode.Forbidden, second.Status);
        Assert.Contains("used before", second.Error, StringComparison.Ordinal);
        await house.Channel.UntilAsync(told => told.Contains("used before", StringComparison.Ordinal), Token);
    }

    [Fact]
    public async Task Two_relays_with_one_code_at_the_same_instant_are_one_relay()
    {
        await using var house = await BotHouse.OpenAsync();
        var code = await CodeAsync(house);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code))
        );

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_is_good_for_ten_minutes()
    {
        await using var house = await BotHouse.OpenAsync();
        var code = await CodeAsync(house);
        house.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));

        var late = await new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code);

        Assert.Equal(HttpStatusCode.Forbidden, late.Status);
        Assert.Contains("older than 10 minutes", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_good_for_its_host_only_and_is_burnt_by_another()
    {
        await using var house = await BotHouse.OpenAsync();
        var code = await CodeAsync(house);

        Assert.Equal(HttpStatusCode.Forbidden, (await new FakeRelay(house.Http, house.Clock, "OTHER").EnrolAsync(code)).Status);
        await house.Channel.UntilAsync(told => told.Contains("another host", StringComparison.Ordinal), Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code)).Status);
    }

    [Fact]
    public async Task A_code_of_nobody_is_refused()
    {
        await using var house = await BotHouse.OpenAsync();

        var answer = await house.Http.PostAsJsonAsync(
            "relay/v1/enrol",
            new Enrolment(new string('a', 32), Some.Host, new FakeRelay(house.Http, house.Clock, Some.Host).PublicKey()),
            WireJson.Options,
            Token
        );

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not a key")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"oct","k":"c2VjcmV0"}""")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"AQAB","y":"AQAB"}""")]
    public async Task What_is_no_public_key_is_refused_and_costs_no_code(string key)
    {
        await using var house = await BotHouse.OpenAsync();
        var code = await CodeAsync(house);
        Assert.True(EnrolmentCode.TryParse(code, out var read));

        var answer = await house.Http.PostAsJsonAsync(
            "relay/v1/enrol",
            new Enrolment(read.Secret, Some.Host, key),
            WireJson.Options,
            Token
        );

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await new FakeRelay(house.Http, house.Clock, Some.Host).EnrolAsync(code)).Status);
    }

    [Fact]
    public async Task A_revoked_relay_is_gone_and_its_host_may_have_another()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => CodeAsync(house));

        await house.Enrolment.RevokeAsync(relay.Id, BotHouse.Administrator, Token);

        Assert.Equal(HttpStatusCode.Gone, (await relay.PostAsync("poll", new Poll([]))).Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => house.Enrolment.ConfirmAsync(relay.Id, BotHouse.Administrator, Token));
        Assert.NotEqual(relay.Id, (await house.RelayAsync()).Id);
    }

    [Fact]
    public async Task A_relay_whose_revocation_could_not_be_written_down_is_turned_away_and_revoked_by_asking_again()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await house.SqlAsync("create trigger away before update of state on relays begin select raise(abort, 'away'); end");
        await Assert.ThrowsAnyAsync<Exception>(() => house.Enrolment.RevokeAsync(relay.Id, BotHouse.Administrator, Token));
        await house.SqlAsync("drop trigger away");

        Assert.Equal(HttpStatusCode.Gone, (await relay.PostAsync("poll", new Poll([]))).Status);
        Assert.Null(await house.Get<RelayRegister>().FindHostAsync(Some.Host, Token));
        await house.Enrolment.RevokeAsync(relay.Id, BotHouse.Administrator, Token);
        Assert.NotEqual(relay.Id, (await house.RelayAsync()).Id);
    }

    [Theory]
    [InlineData(null, Impact.Read, false, "no policy file yet")]
    [InlineData("d1", Impact.Read, false, "allows no change")]
    [InlineData("d1", Impact.Disruptive, true, "shadow mode")]
    [InlineData("d1", Impact.Disruptive, false, null)]
    public async Task What_a_relay_refuses_by_itself_is_known_from_its_hello(string? digest, Impact highest, bool shadow, string? words)
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        Assert.Equal(
            HttpStatusCode.OK,
            (await relay.PostAsync("hello", relay.Hello() with { Policy = new PolicyNotice(digest, highest, shadow, []) })).Status
        );

        var limit = RelayLimit.Of(await house.Get<RelayRegister>().PolicyAsync(relay.Id, Token));
        Assert.Equal(words is not null, limit?.Contains(words!, StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task A_relay_that_holds_mail_which_nobody_owns_is_revoked_only_by_whoever_says_so()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var relays = house.Get<RelayRegister>();
        var held = CardSamples.Holding with { Relay = relay.Id };
        var owned = held with { FollowUps = [.. FollowUp.Of(held).Select(item => item with { Owner = Some.Lead })] };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Revocation.RevokeAsync(relays, [held], relay.Id, "console", Token)
        );
        Assert.Contains("3 messages held", refused.Message, StringComparison.Ordinal);
        Assert.Null(Revocation.Held([held], "another"));
        Assert.Null(Revocation.Held([owned], relay.Id));

        await Revocation.RevokeAllTheSameAsync(relays, relay.Id, "console", Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Revocation.RevokeAsync(relays, [owned], relay.Id, "console", Token));
    }

    [Fact]
    public async Task A_held_poll_ends_when_its_relay_is_revoked()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var poll = relay.PostAsync("poll", new Poll([]));
        while (!poll.IsCompleted)
        {
            try
            {
                await house.Enrolment.RevokeAsync(relay.Id, BotHouse.Administrator, Token);
            }
            catch (InvalidOperationException)
            {
                house.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        Assert.Equal(HttpStatusCode.Gone, (await poll).Status);
    }

    private static Task<string> CodeAsync(BotHouse house) => house.Enrolment.CreateCodeAsync(Some.Host, BotHouse.Administrator, Token);
}

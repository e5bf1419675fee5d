using System.Net;
using System.Security.Cryptography;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

public sealed class Keys_are_replaced_by_the_key_before
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_relays_new_key_counts_once_the_old_one_has_signed_for_it_and_the_old_one_no_more()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var next = new FakeRelay(house.Http, house.Clock, Some.Host) { Id = relay.Id };

        var answer = await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()));

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
    }

    [Fact]
    public async Task A_relay_that_did_not_hear_that_its_new_key_was_taken_asks_again_and_stays_known()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await relay.PostAsync("key", new RelayKeyChange(relay.PublicKey(), relay.Assertion()))).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
    }

    [Fact]
    public async Task A_new_key_that_could_not_be_written_down_leaves_the_old_one_as_it_was()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var next = new FakeRelay(house.Http, house.Clock, Some.Host) { Id = relay.Id };
        await house.SqlAsync("create trigger away before update of public_key on relays begin select raise(abort, 'away'); end");
        Assert.Equal(
            HttpStatusCode.InternalServerError,
            (await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()))).Status
        );
        await house.SqlAsync("drop trigger away");

        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()))).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
    }

    [Fact]
    public async Task A_new_key_counts_once_its_change_is_on_disk_too_be_it_at_the_next_look()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var next = new FakeRelay(house.Http, house.Clock, Some.Host) { Id = relay.Id };
        var list = Path.Combine(house.Folder, "revoked-relays");
        File.Move(list, list + ".before");
        Directory.CreateDirectory(list);
        Assert.Equal(
            HttpStatusCode.InternalServerError,
            (await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()))).Status
        );
        Assert.Equal(HttpStatusCode.InternalServerError, (await next.PostAsync("hello", next.Hello())).Status);
        Directory.Delete(list);
        File.Move(list + ".before", list);

        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync("hello", next.Hello())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await relay.PostAsync("hello", relay.Hello())).Status);
        Assert.Contains($"{relay.Id} {KeyPrint.Of(relay.PublicKey())}", await File.ReadAllLinesAsync(list, Token));
    }

    [Fact]
    public async Task A_ledger_row_counts_when_the_relays_key_or_the_one_before_has_signed_it()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var next = new FakeRelay(house.Http, house.Clock, Some.Host) { Id = relay.Id };
        var stranger = new FakeRelay(house.Http, house.Clock, Some.Host);
        await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()));
        var row = (await house.Get<RelayRegister>().FindAsync(relay.Id, Token))!;
        var report = new Report(
            new RunId(new QuestionId(7, 1), 1),
            JobKind.Act,
            Verdict.Clear,
            "done",
            new Dictionary<string, string>(),
            Some.Start
        );

        Assert.Equal(KeyPrint.Of(relay.PublicKey()), RelayRowReader.SignerOf(row, Signed(relay, report)));
        Assert.Equal(KeyPrint.Of(next.PublicKey()), RelayRowReader.SignerOf(row, Signed(next, report)));
        Assert.Null(RelayRowReader.SignerOf(row, Signed(stranger, report)));
        Assert.Null(RelayRowReader.SignerOf(row, Signed(next, report) with { Summary = "other" }));
        Assert.Null(RelayRowReader.SignerOf(row, report));
    }

    [Fact]
    public async Task A_new_key_without_its_own_proof_is_refused_and_the_old_one_stays()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var next = new FakeRelay(house.Http, house.Clock, Some.Host) { Id = relay.Id };

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await relay.PostAsync("key", new RelayKeyChange(next.PublicKey(), relay.Assertion()))).Status
        );
        Assert.Equal(HttpStatusCode.BadRequest, (await relay.PostAsync("key", new RelayKeyChange("{}", next.Assertion()))).Status);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await next.PostAsync("key", new RelayKeyChange(next.PublicKey(), next.Assertion()))).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
    }

    [Fact]
    public async Task The_next_grant_key_is_told_under_the_signature_of_the_one_before()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var house = await BotHouse.OpenAsync();
        var before = new GrantIssuer(old, new BotOptions(), house.Clock);
        var overlap = new GrantIssuer(next, new BotOptions(), house.Clock, old);
        var after = new GrantIssuer(next, new BotOptions(), house.Clock);

        Assert.True(await IsSignedByAsync(overlap.Notice, new JsonWebKeySet(before.KeySet).Keys[0]));
        Assert.Equal(
            [
                .. new JsonWebKeySet(after.KeySet).Keys.Select(key => key.Kid),
                .. new JsonWebKeySet(before.KeySet).Keys.Select(key => key.Kid),
            ],
            new JsonWebKeySet(overlap.KeySet).Keys.Select(key => key.Kid)
        );
        Assert.True(await IsSignedByAsync(after.Notice, new JsonWebKeySet(after.KeySet).Keys[0]));
        Assert.Equal(after.KeySet, new JsonWebToken(after.Notice).GetPayloadValue<string>(GrantKeyNotice.KeysClaim));
    }

    [Fact]
    public async Task Hello_is_answered_with_the_grant_keys_and_the_relays_policy_is_listed()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();

        var welcome = (
            await relay.PostAsync(
                "hello",
                relay.Hello() with
                {
                    Policy = new PolicyNotice(new string('a', 64), Impact.Disruptive, Shadow: true, ["imcdata.move"]),
                }
            )
        ).Read<Welcome>();

        Assert.Equal(relay.GrantKeys, new JsonWebToken(welcome.GrantKeys).GetPayloadValue<string>(GrantKeyNotice.KeysClaim));
        Assert.Contains(
            "policy aaaaaaaa: up to disruptive, shadow mode, off: imcdata.move",
            Assert.Single(await house.Enrolment.ListAsync(Token))
        );
    }

    private static Report Signed(FakeRelay relay, Report report) =>
        report with
        {
            Statement = LedgerStatement.Sign(
                new LedgerRow(report.Run, "p", report.At, report.At, LedgerRow.OutcomeOf(report), 1, 1, ""),
                relay.Key,
                relay.PublicKey()
            ),
        };

    private static async Task<bool> IsSignedByAsync(string notice, JsonWebKey key) =>
        (
            await new JsonWebTokenHandler().ValidateTokenAsync(
                notice,
                new TokenValidationParameters
                {
                    IssuerSigningKey = key,
                    ValidTypes = [GrantKeyNotice.TokenType],
                    ValidIssuer = Grant.Issuer,
                    ValidateAudience = false,
                    ValidateLifetime = false,
                }
            )
        ).IsValid;
}

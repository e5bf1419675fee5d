using ImcBot.Contracts;
using ImcBot.Relay.Gate;
using ImcBot.Relay.Tests.Fakes;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A grant key is replaced with an overlap: a key that is trusted names the next, and nobody else can.</summary>
public sealed class Grant_keys_are_replaced
{
    private static readonly GrantForge Old = new("old"),
        Next = new("next"),
        Stranger = new("stranger");

    private readonly GrantKeys _keys = new(new JsonWebKeySet(GrantForge.SetOf(Old)), _ => { });

    public static TheoryData<string> Forgeries =>
        [
            "stranger",
            "stranger under the old name",
            "another type",
            "no keys",
            "a private key",
            "an RSA key",
            "too many keys",
            "no JSON",
            "no token",
        ];

    [Fact]
    public async Task In_the_overlap_both_keys_count_and_after_it_only_the_new_one()
    {
        string? kept = null;
        var keys = new GrantKeys(new JsonWebKeySet(GrantForge.SetOf(Old)), text => kept = text);
        Assert.False(await CountsAsync(keys, Next));

        Assert.True(await keys.TakeAsync(Old.Notice(GrantForge.SetOf(Next, Old))));
        Assert.True(await CountsAsync(keys, Next));
        Assert.True(await CountsAsync(keys, Old));
        Assert.Equal(GrantForge.SetOf(Next, Old), kept);

        Assert.True(await keys.TakeAsync(Next.Notice(GrantForge.SetOf(Next))));
        Assert.True(await CountsAsync(keys, Next));
        Assert.False(await CountsAsync(keys, Old));
        Assert.Equal(GrantForge.SetOf(Next), kept);
    }

    [Fact]
    public async Task An_old_notice_does_not_bring_a_dropped_key_back()
    {
        var replayed = Old.Notice(GrantForge.SetOf(Next, Old));
        await _keys.TakeAsync(replayed);
        await _keys.TakeAsync(Next.Notice(GrantForge.SetOf(Next)));

        Assert.False(await _keys.TakeAsync(replayed));
        Assert.False(await CountsAsync(_keys, Old));
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_notice_that_no_trusted_key_has_signed_or_that_names_no_keys_changes_nothing(string forgery)
    {
        var both = GrantForge.SetOf(Next, Old);
        var notice = forgery switch
        {
            "stranger" => Stranger.Notice(both),
            "stranger under the old name" => new GrantForge("old").Notice(both),
            "another type" => Old.Notice(both, Grant.TokenType),
            "no keys" => Old.Notice("{\"keys\":[]}"),
            "a private key" => Old.Notice(both.Replace("\"kty\"", "\"d\":\"AA\",\"kty\"", StringComparison.Ordinal)),
            "an RSA key" => Old.Notice("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"x\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}"),
            "too many keys" => Old.Notice(GrantForge.SetOf([.. Enumerable.Repeat(Next, 5)])),
            "no JSON" => Old.Notice("keys"),
            _ => "never.mind",
        };

        Assert.False(await _keys.TakeAsync(notice));
        Assert.True(await CountsAsync(_keys, Old));
        Assert.False(await CountsAsync(_keys, Next));
    }

    private static async Task<bool> CountsAsync(GrantKeys keys, GrantForge forge) =>
        (await new GrantReader(Bench.RelayId, keys).ReadAsync(forge.Mint(new GrantTerms("INC-7/3", "p", Bench.RelayId), 1))).Grant
            is not null;
}

using System.Net;
using ImcBot.Bot.Export;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

public sealed class A_link_opens_for_fifteen_minutes
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_comes_with_every_guard_and_is_kept_by_nobody()
    {
        await using var house = await OpenAsync();

        using var page = await house.Http.GetAsync(house.Get<TranscriptLinks>().For(1, "html"), Token);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
        Assert.Equal(["nosniff"], page.Headers.GetValues("X-Content-Type-Options"));
        Assert.StartsWith(
            "sandbox; default-src 'none'",
            Assert.Single(page.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal
        );
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("EXCH01", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Afterwards_it_is_gone_and_a_changed_one_never_was()
    {
        await using var house = await OpenAsync();
        var link = house.Get<TranscriptLinks>().For(1, "jsonl");
        var last = link.AbsoluteUri[^2] == 'A' ? 'B' : 'A';
        using var changed = await house.Http.GetAsync(new Uri($"{link.AbsoluteUri[..^2]}{last}{link.AbsoluteUri[^1]}"), Token);
        Assert.Equal(HttpStatusCode.NotFound, changed.StatusCode);
        using var nothing = await house.Http.GetAsync(new Uri("/transcripts/x", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);

        house.Clock.Advance(TranscriptLinks.Life + TimeSpan.FromSeconds(1));
        using var late = await house.Http.GetAsync(link, Token);

        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
    }

    private static async Task<BotHouse> OpenAsync()
    {
        var house = await BotHouse.OpenAsync();
        await house.Engine.OpenAsync(Some.Host, (at, number, seed) => Some.Opened() with { At = at, Number = number, Seed = seed }, Token);
        return house;
    }
}

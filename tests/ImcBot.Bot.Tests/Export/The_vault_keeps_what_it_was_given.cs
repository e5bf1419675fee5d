using System.Text;
using ImcBot.Bot.Export;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Against Azurite with its own key: the client sends no token over plain http.</summary>
public sealed class The_vault_keeps_what_it_was_given
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transcript_is_kept_as_it_is_and_nothing_is_written_over()
    {
        await using var storage = await Azurite.StartAsync(Token);
        var vault = new TranscriptVault(storage.Container);
        using var sample = await SampleJournal.WriteAsync(ANight.Told);
        var transcript = await sample.ExportAsync("jsonl");

        var name = await vault.KeepAsync(7, "INC-7.jsonl", transcript, Token);
        var blob = storage.Container.GetBlobClient(name);
        var first = (await blob.GetPropertiesAsync(cancellationToken: Token)).Value;
        var again = await vault.KeepAsync(7, "INC-7.jsonl", transcript, Token);
        var other = await vault.KeepAsync(7, "INC-7.md", Encoding.UTF8.GetBytes("# other"), Token);

        Assert.Matches("^INC-7/[0-9a-f]{64}\\.jsonl$", name);
        Assert.Equal(transcript, (await blob.DownloadContentAsync(Token)).Value.Content.ToArray());
        Assert.Equal("application/jsonl", first.ContentType);
        Assert.Equal(name, again);
        Assert.Equal(first.ETag, (await blob.GetPropertiesAsync(cancellationToken: Token)).Value.ETag);
        Assert.NotEqual(name, other);
    }

    [Fact]
    public async Task Other_bytes_under_the_same_name_stay_and_are_told()
    {
        await using var storage = await Azurite.StartAsync(Token);
        var vault = new TranscriptVault(storage.Container);
        var name = await vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token);
        var blob = storage.Container.GetBlobClient(name);
        await blob.UploadAsync(BinaryData.FromString("put there by other hands"), overwrite: true, Token);

        var refused = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token));

        Assert.Contains("holds other bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal("put there by other hands", (await blob.DownloadContentAsync(Token)).Value.Content.ToString());
    }

    [Fact]
    public async Task A_storage_that_refuses_is_told()
    {
        await using var storage = await Azurite.StartAsync(Token);
        await storage.Container.DeleteAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => new TranscriptVault(storage.Container).KeepAsync(7, "INC-7.md", [1], Token));
    }
}

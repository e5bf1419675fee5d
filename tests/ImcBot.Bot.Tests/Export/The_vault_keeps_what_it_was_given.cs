using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Tests.Entra;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>
/// Against Azurite, with its own key over http and with tokens over https. It knows no immutability policy: what one would answer is put in
/// its mouth.
/// </summary>
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
    public async Task A_storage_that_is_away_is_told_as_that()
    {
        var options = new BlobClientOptions();
        (options.Retry.MaxRetries, options.Retry.Delay) = (2, TimeSpan.FromMilliseconds(1));
        var vault = new TranscriptVault(new BlobContainerClient(new Uri("http://127.0.0.1:1/store/transcripts"), options));

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token));
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

    [Theory]
    [InlineData("https://sts.windows.net/33333333-0000-0000-0000-000000000001/", true)]
    [InlineData("https://sts.example/", false)]
    public async Task The_bots_own_sign_in_opens_the_vault_and_a_token_of_somebody_else_does_not(string issuer, bool opens)
    {
        using var proof = new Proof();
        await using var storage = await Azurite.StartAsync(Token, proof.Pem);
        await using var entra = await EntraDouble.StartAsync();
        (entra.Proves, entra.SignsAs) = (proof.Holds, issuer);
        var credential = ConnectorTokens.Choose(
            new ChannelOptions
            {
                AppId = EntraDouble.App,
                TenantId = EntraDouble.Tenant,
                Credential = { Kind = CredentialKind.Certificate, CertificatePath = proof.Pem },
            },
            entra.Transport
        );
        var vault = new TranscriptVault(new BlobContainerClient(storage.Container.Uri, credential, Azurite.Over(proof.Pem)));

        if (opens)
        {
            var name = await vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token);
            Assert.Equal(name, await vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token));
            Assert.Equal([1, 2, 3], (await storage.Container.GetBlobClient(name).DownloadContentAsync(Token)).Value.Content.ToArray());
            Assert.Equal(["https://storage.azure.com"], entra.Asked);
        }
        else
        {
            Assert.Equal(
                403,
                (await Assert.ThrowsAsync<Azure.RequestFailedException>(() => vault.KeepAsync(7, "INC-7.md", [1], Token))).Status
            );
        }
    }

    [Fact]
    public async Task Without_a_sign_in_nothing_is_kept()
    {
        using var proof = new Proof();
        await using var storage = await Azurite.StartAsync(Token, proof.Pem);
        await using var entra = await EntraDouble.StartAsync();
        var credential = ConnectorTokens.Choose(
            new ChannelOptions
            {
                AppId = EntraDouble.App,
                TenantId = EntraDouble.Tenant,
                Credential = { Kind = CredentialKind.Certificate, CertificatePath = proof.Pem },
            },
            entra.Transport
        );
        var vault = new TranscriptVault(new BlobContainerClient(storage.Container.Uri, credential, Azurite.Over(proof.Pem)));

        await Assert.ThrowsAsync<Azure.Identity.AuthenticationFailedException>(() => vault.KeepAsync(7, "INC-7.md", [1], Token));
        Assert.Empty(storage.Container.GetBlobs(cancellationToken: Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_policy_does_not_let_be_written_again_is_compared(bool same)
    {
        await using var storage = await Azurite.StartAsync(Token);
        var name = await new TranscriptVault(storage.Container).KeepAsync(7, "INC-7.md", [1, 2, 3], Token);
        if (!same)
        {
            await storage
                .Container.GetBlobClient(name)
                .UploadAsync(BinaryData.FromString("put there before the policy"), overwrite: true, Token);
        }

        using var client = new HttpClient(new Policy());
        var vault = new TranscriptVault(
            storage.WithKey(new BlobClientOptions { Transport = new HttpClientTransport(client), Retry = { MaxRetries = 0 } })
        );

        if (same)
        {
            Assert.Equal(name, await vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token));
        }
        else
        {
            Assert.Contains(
                "holds other bytes",
                (await Assert.ThrowsAsync<Azure.RequestFailedException>(() => vault.KeepAsync(7, "INC-7.md", [1, 2, 3], Token))).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_storage_that_refuses_is_told()
    {
        await using var storage = await Azurite.StartAsync(Token);
        await storage.Container.DeleteAsync(cancellationToken: Token);

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() =>
            new TranscriptVault(storage.Container).KeepAsync(7, "INC-7.md", [1], Token)
        );
    }

    /// <summary>Answers every write as a container does whose blobs an immutability policy holds.</summary>
    private sealed class Policy() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Put)
            {
                return base.SendAsync(request, cancellationToken);
            }

            const string Told =
                """<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobImmutableDueToPolicy</Code><Message>This operation is not permitted as the blob is immutable due to a policy.</Message></Error>""";
            var refused = new HttpResponseMessage(HttpStatusCode.Conflict)
            {
                RequestMessage = request,
                Content = new StringContent(Told, Encoding.UTF8, "application/xml"),
            };
            refused.Headers.Add("x-ms-error-code", "BlobImmutableDueToPolicy");
            return Task.FromResult(refused);
        }
    }
}

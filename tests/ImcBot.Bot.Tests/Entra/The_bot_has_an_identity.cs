using Azure.Core;
using Azure.Identity;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Tests.Channel;
using Xunit;

namespace ImcBot.Bot.Tests.Entra;

/// <summary>From what the bot is to show, through Azure.Identity, to a token that the called side validates.</summary>
public sealed class The_bot_has_an_identity : IAsyncLifetime
{
    private const string Connector = "https://api.botframework.com";

    private readonly Proof _proof = new();
    private EntraDouble _entra = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _entra = await EntraDouble.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _proof.Dispose();
        await _entra.DisposeAsync();
    }

    [Fact]
    public async Task The_machines_identity_is_asked_once_and_the_connector_takes_its_token()
    {
        _entra.BecomeThisMachinesIdentity();
        await using var teams = await TeamsDouble.StartAsync();
        teams.Admits = authorization => _entra.HoldsAsync(authorization, Connector);
        await using var bot = await BotHost.StartAsync(teams, null, ("Channel:Credential:Kind", "ManagedIdentity"));

        Assert.Equal("1", (await bot.Channel.ReplyAsync("thread", new Message("hello"), Token)).ActivityId);
        await bot.Channel.ReplyAsync("thread", new Message("again"), Token);

        Assert.Equal([Connector], _entra.Asked);
    }

    [Fact]
    public async Task A_connector_that_does_not_know_the_token_is_told_as_a_wrong_credential()
    {
        _entra.BecomeThisMachinesIdentity();
        await using var teams = await TeamsDouble.StartAsync();
        teams.Admits = authorization => _entra.HoldsAsync(authorization, Connector);
        await using var bot = await BotHost.StartAsync(
            teams,
            null,
            ("Channel:Credential:Kind", "ManagedIdentity"),
            ("Channel:Credential:Scope", "https://other.example/.default")
        );

        var refused = await Assert.ThrowsAsync<ChannelException>(() => bot.Channel.ReplyAsync("thread", new Message("hello"), Token));

        Assert.Contains("HTTP 401", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.MayPass);
    }

    [Theory]
    [InlineData("Certificate", "pem")]
    [InlineData("Certificate", "pfx")]
    [InlineData("WorkloadIdentity", "token")]
    public async Task What_it_shows_is_chosen_by_the_options(string kind, string file)
    {
        var credential = ConnectorTokens.Choose(Options(kind, file), _entra.Transport);
        var asked = new TokenRequestContext([$"{Connector}/.default"]);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => credential.GetTokenAsync(asked, Token).AsTask());
        _entra.Proves = _proof.Holds;

        var token = await credential.GetTokenAsync(asked, Token);

        Assert.True(await _entra.HoldsAsync($"Bearer {token.Token}", Connector));
    }

    [Theory]
    [InlineData("Certificate", "", "CertificatePath is missing")]
    [InlineData("Certificate", "/nowhere/app.pem", "cannot be used")]
    [InlineData("Certificate", "/nowhere/app.pfx", "cannot be used")]
    [InlineData("WorkloadIdentity", "", "AZURE_FEDERATED_TOKEN_FILE")]
    [InlineData("Secret", "", "Channel:Credential:Secret is missing")]
    public void What_is_missing_is_told_at_the_start(string kind, string file, string says)
    {
        var options = Options(kind, file);
        (options.Credential.CertificatePath, options.Credential.TokenFilePath) = (file, file);

        Assert.Contains(
            new ChannelOptionsValidator().Validate(null, options).Failures!,
            failure => failure.Contains(says, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_told_at_the_start()
    {
        var options = Options("Certificate", "token");
        options.Credential.CertificatePath = _proof.TokenFile;

        Assert.Contains(
            new ChannelOptionsValidator().Validate(null, options).Failures!,
            failure => failure.Contains("must be a PEM file", StringComparison.Ordinal)
        );
    }

    private ChannelOptions Options(string kind, string file) =>
        new()
        {
            AppId = EntraDouble.App,
            TenantId = EntraDouble.Tenant,
            Credential =
            {
                Kind = Enum.Parse<CredentialKind>(kind),
                CertificatePath = file == "pfx" ? _proof.Pfx : _proof.Pem,
                TokenFilePath = _proof.TokenFile,
            },
        };
}

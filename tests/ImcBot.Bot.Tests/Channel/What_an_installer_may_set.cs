using ImcBot.Bot.Channel;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Approvals;
using Xunit;

namespace ImcBot.Bot.Tests.Channel;

public sealed class What_an_installer_may_set
{
    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var options = new ChannelOptions
        {
            Metadata = new Uri("http://login.example.com/openid"),
            ServiceUrl = new Uri("https://elsewhere.example/"),
            EditPace = TimeSpan.FromSeconds(-1),
        };
        options.AllowedServiceUrls.Add(new Uri("https://smba.trafficmanager.net/"));
        options.Credential.Kind = CredentialKind.Secret;

        var failures = new ChannelOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(7, failures.Length);
        Assert.All(failures, failure => Assert.EndsWith(".", failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net/teams/", true)]
    [InlineData("https://smba.trafficmanager.net/emea/33333333/", true)]
    [InlineData("http://smba.trafficmanager.net/teams/", false)]
    [InlineData("https://smba.trafficmanager.net.evil.example/", false)]
    [InlineData("https://smba.trafficmanager.net@evil.example/", false)]
    [InlineData("https://evil@smba.trafficmanager.net/", false)]
    [InlineData("https://smba.trafficmanager.net:8443/", false)]
    public void Our_token_only_goes_where_it_may(string url, bool may)
    {
        var options = new ChannelOptions();
        options.AllowedServiceUrls.Add(new Uri("https://smba.trafficmanager.net/"));

        Assert.Equal(may, options.Allows(new Uri(url)));
    }

    [Fact]
    public void Roles_are_known_words_and_the_two_that_matter_are_filled()
    {
        var options = new OnCallOptions();
        options.Roles["boss"] = ["x"];
        options.Roles[Role.OnCall] = [" "];

        var failures = new OnCallOptionsValidator().Validate(null, options).Failures!.ToArray();

        Assert.Equal(3, failures.Length);
        Assert.Contains("'boss', which is no role", failures[0], StringComparison.Ordinal);
    }
}

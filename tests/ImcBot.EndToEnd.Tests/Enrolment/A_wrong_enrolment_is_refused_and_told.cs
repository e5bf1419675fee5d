using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImcBot.Bot.Tests.Entra;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Lab.Launch;
using ImcBot.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ImcBot.EndToEnd.Tests.Enrolment;

/// <summary>
/// The real relay's <c>enrol</c> against the real bot: what its console says, what the channel is told, and that nothing may speak
/// afterwards.
/// </summary>
public sealed class A_wrong_enrolment_is_refused_and_told
{
    private static readonly Dictionary<string, (Func<Scene, Task<Attempt>> Try, string Console, string Channel)> Rows = new(
        StringComparer.Ordinal
    )
    {
        ["a code that was used"] = (
            async scene =>
            {
                var code = await scene.CodeAsync();
                Assert.Equal(0, (await scene.EnrolAsync(code)).Exit);
                return await scene.EnrolAsync(code);
            },
            "was used before",
            "was used before"
        ),
        ["a code that is late"] = (
            async scene =>
            {
                var code = await scene.CodeAsync();
                scene.House.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
                return await scene.EnrolAsync(code);
            },
            "older than 10 minutes",
            "older than 10 minutes"
        ),
        ["a code of another bot"] = (
            async scene =>
            {
                Assert.True(EnrolmentCode.TryParse(await scene.CodeAsync(), out var own));
                return await scene.EnrolAsync((own with { Secret = new string('7', 32) }).ToText());
            },
            "made by another bot",
            "has not made"
        ),
        ["a code for another host"] = (
            async scene => await scene.EnrolAsync(await scene.CodeAsync("EXCH02")),
            "says it stands for another host",
            "says it stands for another host"
        ),
        ["half a code"] = (async scene => await scene.EnrolAsync((await scene.CodeAsync())[..40]), "copy it whole", ""),
        ["a bot that is named without https"] = (
            scene => scene.EnrolAsync(new EnrolmentCode("http://imcbot.example.com", new string('7', 32), new string('0', 64)).ToText()),
            "must be reached by https",
            ""
        ),
        ["a proxy with another certificate"] = (
            async scene =>
            {
                using var key = RSA.Create(2048);
                using var certificate = new CertificateRequest(
                    "CN=127.0.0.1",
                    key,
                    HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pkcs1
                ).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
                await using var proxy = await Between.StartAsync(
                    scene.House.Http.BaseAddress!,
                    Some.Host,
                    listen => listen.UseHttps(certificate)
                );
                Assert.True(EnrolmentCode.TryParse(await scene.CodeAsync(), out var own));
                return await scene.EnrolAsync((own with { Url = proxy.Address.ToString() }).ToText());
            },
            "does not answer (the certificate",
            ""
        ),
        ["a proxy that puts grant keys of its own in place"] = (
            async scene =>
            {
                scene.Way.Answers = answer => answer with { GrantKeys = """{"keys":[]}""" };
                return await scene.EnrolAsync(await scene.CodeAsync());
            },
            "somebody may stand between",
            "asks to be confirmed"
        ),
        ["a proxy that spends the code for itself"] = (
            async scene =>
            {
                scene.Way.Asks = async asked =>
                {
                    var thief = new FakeRelay(scene.House.Http, scene.House.Clock, asked.Host);
                    await thief.EnrolAsync(
                        new EnrolmentCode("", asked.Secret, KeyPrint.Of(scene.House.Get<Bot.Relays.GrantIssuer>().KeySet)).ToText()
                    );
                    return asked;
                };
                return await scene.EnrolAsync(await scene.CodeAsync());
            },
            "was used before",
            "was used before"
        ),
        ["a relay without the identity of its host"] = (
            async scene => await scene.EnrolAsync(await scene.CodeAsync()),
            "used without its identity",
            "used without its identity"
        ),
        ["a relay with an identity of another tenant"] = (
            async scene =>
            {
                scene.Entra.Home = "99999999-0000-0000-0000-000000000001";
                return await scene.EnrolAsync(await scene.CodeAsync(), entra: true);
            },
            "in this tenant",
            "used without its identity"
        ),
        ["a relay with the identity of another host"] = (
            async scene => await scene.EnrolAsync(await scene.CodeAsync(), entra: true),
            "does not stand for EXCH01",
            "used without its identity"
        ),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_and_told(string row)
    {
        var (attempt, console, channel) = Rows[row];
        await using var scene = await Scene.OpenAsync(
            row.Contains("identity", StringComparison.Ordinal),
            appOf: row.Contains("another host", StringComparison.Ordinal) ? "EXCH02" : Some.Host
        );

        var tried = await attempt(scene);

        Assert.NotEqual(0, tried.Exit);
        Assert.Contains(console, tried.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"", tried.Said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(tried.Data, "membership.json")));
        Assert.Contains(await scene.ToldAsync(), told => told.Contains(channel, StringComparison.Ordinal));
        Assert.DoesNotContain(
            await scene.House.Enrolment.ListAsync(TestContext.Current.CancellationToken),
            line => line.Contains("ready", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_proxy_that_puts_a_key_of_its_own_in_place_is_seen_by_the_two_fingerprints()
    {
        await using var scene = await Scene.OpenAsync(entra: false, Some.Host);
        var thief = new FakeRelay(scene.House.Http, scene.House.Clock, Some.Host);
        scene.Way.Asks = asked => Task.FromResult(asked with { PublicKey = thief.PublicKey() });

        var tried = await scene.EnrolAsync(await scene.CodeAsync());

        var shown = Assert.Single(scene.House.Channel.Announced).Text;
        var own = tried.Said[(tried.Said.IndexOf("fingerprint ", StringComparison.Ordinal) + "fingerprint ".Length)..][..71];
        Assert.Equal(8, own.Split(' ').Length);
        Assert.DoesNotContain(own, shown, StringComparison.Ordinal);
        Assert.Contains(KeyPrint.InGroups(thief.PublicKey()), shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_that_are_none_are_told_once_in_ten_minutes()
    {
        await using var scene = await Scene.OpenAsync(entra: false, Some.Host);
        var thief = new FakeRelay(scene.House.Http, scene.House.Clock, Some.Host);
        var none = new EnrolmentCode("", new string('7', 32), "").ToText();
        for (var time = 0; time < 5; time++)
        {
            await thief.EnrolAsync(none);
        }

        scene.House.Clock.Advance(TimeSpan.FromMinutes(10));
        await thief.EnrolAsync(none);

        Assert.Equal(2, (await scene.ToldAsync()).Count(told => told.Contains("has not made", StringComparison.Ordinal)));
    }

    private sealed record Attempt(int Exit, string Said, string Data);

    /// <summary>A bot, an Entra, and the way from the relay to both.</summary>
    private sealed class Scene(BotHouse house, EntraDouble entra, Between way) : IAsyncDisposable
    {
        public BotHouse House => house;

        public EntraDouble Entra => entra;

        public Between Way => way;

        public static async Task<Scene> OpenAsync(bool entra, string appOf)
        {
            var directory = await EntraDouble.StartAsync();
            var settings = entra
                ? directory.Settings(
                    ($"Entra:Relays:{EntraDouble.App}", appOf),
                    ("Entra:Relays:55555555-0000-0000-0000-000000000001", appOf == Some.Host ? "EXCH09" : Some.Host)
                )
                : [];
            var house = await BotHouse.OpenAsync(
                Directory.CreateTempSubdirectory("imcbot-").FullName,
                new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
                settings
            );
            return new Scene(house, directory, await Between.StartAsync(house.Http.BaseAddress!, Some.Host));
        }

        /// <summary>A code that leads the relay over the way.</summary>
        public async Task<string> CodeAsync(string host = Some.Host)
        {
            Assert.True(
                EnrolmentCode.TryParse(
                    await house.Enrolment.CreateCodeAsync(host, BotHouse.Administrator, TestContext.Current.CancellationToken),
                    out var code
                )
            );
            return (code with { Url = way.Address.ToString() }).ToText();
        }

        /// <summary>Everything that the channel was told until now.</summary>
        public async Task<IReadOnlyList<string>> ToldAsync()
        {
            house.Get<Bot.Journal.ChangeSignals>().Tell("the end");
            await house.Channel.UntilAsync(
                told => told.Contains("the end", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            return house.Channel.Told;
        }

        /// <summary>A relay that was installed just now uses a code.</summary>
        public async Task<Attempt> EnrolAsync(string code, bool entra = false)
        {
            var data = Directory.CreateTempSubdirectory("imcbot-enrol-").FullName;
            Dictionary<string, string> environment = new(StringComparer.Ordinal)
            {
                ["IMCBOT_RELAY__DATA"] = data,
                ["IMCBOT_RELAY__HOST__URL"] = way.Address.ToString(),
            };
            if (entra)
            {
                (environment["IDENTITY_ENDPOINT"], environment["IDENTITY_HEADER"], environment["IMCBOT_RELAY__ENTRA__AUDIENCE"]) = (
                    Entra.IdentityEndpoint.AbsoluteUri,
                    EntraDouble.Secret,
                    EntraDouble.Audience
                );
            }

            await using var relay = Part.Start("enrol", "ImcBot.Relay", ["enrol", "--code", code], environment, data, TimeProvider.System);
            return new Attempt(await relay.Exited, string.Join('\n', relay.LastLines), data);
        }

        public async ValueTask DisposeAsync()
        {
            await way.DisposeAsync();
            await house.DisposeAsync();
            await entra.DisposeAsync();
        }
    }
}

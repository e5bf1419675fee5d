using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Nginx;
using ServerRecord = ImcBot.Lab.Server.Host.Record;
using SiteEnrolment = ImcBot.Lab.Launch.Enrolment;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>Real bot, relays and servers: two incidents are open at once before anybody does anything about either, and both end well.</summary>
public sealed class Nginx_beside_another_subject(ITestOutputHelper output)
{
    [Fact]
    public async Task On_another_host_than_the_Exchange_server_with_a_relay_of_its_own()
    {
        SkipUnlessAll();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(20), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-two-relays").FullName) { Count = 20, Seed = 11 };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var beside = new SiteOptions(Path.Combine(options.DataFolder, "beside")) { Nginx = true };
        new SiteMemory(Ports.Free(), Ports.Free(), Ports.Free(), "", false, Web: Ports.Free()).Keep(
            Directory.CreateDirectory(beside.DataFolder).FullName
        );
        var settings = new SiteSettings(beside, SiteMemory.Open(beside));
        settings.WriteRelayFiles();
        await using var nginx = Start("nginx", "ImcBot.Lab", settings.Server.Arguments, [], beside);
        await AnsweringAsync(site, settings.Room.Server!, either.Token);
        await new SiteEnrolment(
            site.Client,
            settings.Server.Host,
            async (code, token) =>
            {
                await using var enrolling = Start("enrol", "ImcBot.Relay", ["enrol", "--code", code], settings.Relay, beside);
                Assert.Equal(0, await enrolling.Exited.WaitAsync(token));
            },
            TimeProvider.System
        ).RunAsync(either.Token);
        await using var relay = Start("relay", "ImcBot.Relay", ["run"], settings.Relay, beside);

        await PlantAsync(site, settings.Room.Server!, "killed", either.Token);
        await OpenedAsync(site, "INC-1", either.Token);
        await PlantAsync(site, site.ServerAddress, "message:1", either.Token);
        await OpenedAsync(site, "INC-2", either.Token);
        var (web, mail) = (Of(site, settings.Room.Server!, "INC-1"), Of(site, site.ServerAddress, "INC-2"));
        var playing = (Web: web.PlayAsync(either.Token), Mail: mail.PlayAsync(either.Token));

        Assert.Equal(("resolved", "resolved"), (await playing.Web, await playing.Mail));
        await ReviewAsync(site, web, beside, settings.Room.Server!, either.Token);
        await ReviewAsync(site, mail, options, null, either.Token);
        Assert.Equal(0, MessageTally.Of(await Desk(site, site.ServerAddress).TruthAsync(either.Token)).Lost);
    }

    [Fact]
    public async Task Twice_on_one_host_as_two_subjects_of_one_relay()
    {
        SkipUnlessAll();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(20), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-nginx-twice").FullName) { Nginx = true };
        var memory = new SiteMemory(Ports.Free(), Ports.Free(), Ports.Free(), Guid.NewGuid().ToString("N"), false, Web: Ports.Free());
        memory.Keep(options.DataFolder);
        var shop = new SiteOptions(Path.Combine(options.DataFolder, "shop")) { Nginx = true };
        var beside = new SiteNginx(shop, Ports.Free(), new NginxFolder(shop.ServerFolder, Ports.Free()));
        Prepare(options, new NginxFolder(options.ServerFolder, memory.Web!.Value), shop, beside);
        var address = new Uri($"http://127.0.0.1:{beside.Arguments[beside.Arguments.ToList().IndexOf("--port") + 1]}/");
        await using var second = Start("shop", "ImcBot.Lab", beside.Arguments, [], shop);
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        await AnsweringAsync(site, address, either.Token);

        await PlantAsync(site, site.ServerAddress, "killed", either.Token);
        await PlantAsync(site, address, "killed", either.Token);
        await OpenedAsync(site, "INC-1", either.Token);
        await OpenedAsync(site, "INC-2", either.Token);
        var (first, other) = (Of(site, address, "INC-1"), Of(site, address, "INC-2"));
        var playing = (First: first.PlayAsync(either.Token), Other: other.PlayAsync(either.Token));

        Assert.Equal(("resolved", "resolved"), (await playing.First, await playing.Other));
        Assert.NotEqual(first.Thread, other.Thread);
        foreach (var server in new[] { site.ServerAddress, address })
        {
            Assert.Equal(1, (await Desk(site, server).TruthAsync(either.Token)).Starts);
        }

        Assert.Equal(
            ["shop", "web"],
            new[] { await SubjectAsync(site, first, options, either.Token), await SubjectAsync(site, other, options, either.Token) }.Order()
        );
    }

    private static void SkipUnlessAll()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("IMCBOT_NGINX") == "all",
            "Two minutes and more, for the runbook waits a minute before it opens; IMCBOT_NGINX=all runs it."
        );
        try
        {
            _ = NginxFolder.Program;
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }
    }

    /// <summary>Both are made before anything starts, with one authority, which the relay trusts, and one relay is told of both.</summary>
    private static void Prepare(SiteOptions options, NginxFolder own, SiteOptions shop, SiteNginx beside)
    {
        var other = new NginxFolder(shop.ServerFolder, int.Parse(beside.Arguments[beside.Arguments.ToList().IndexOf("--web") + 1]));
        Assert.True(own.Make() && other.Make());
        new NginxCertificates(own, TimeProvider.System).Make();
        File.Copy(own.Authority, other.Authority);
        File.Copy(Path.Combine(own.State, "authority.key"), Path.Combine(other.State, "authority.key"));
        new NginxCertificates(other, TimeProvider.System).Renew();
        foreach (var folder in new[] { own, other })
        {
            File.WriteAllText(Path.Combine(folder.State, "was-running"), "");
        }

        var settings = new SiteSettings(options, SiteMemory.Open(options));
        var (relay, policy) = (settings.Server.RelayFiles["relay.json"], settings.Server.RelayFiles["policy.yaml"]);
        var told = JsonNode.Parse(relay)!;
        var subject = JsonNode.Parse(beside.RelayFiles["relay.json"])!["subjects"]![0]!.DeepClone();
        (subject["name"], subject["service"]) = ("shop", "nginx-shop");
        told["subjects"]!.AsArray().Add(subject);
        var services = Services(beside.RelayFiles["policy.yaml"])
            .Replace("name: nginx", "name: nginx-shop", StringComparison.Ordinal)
            .Replace("display: nginx", "display: the shop", StringComparison.Ordinal);
        var files = Directory.CreateDirectory(Path.Combine(options.DataFolder, "relay")).FullName;
        Write(Path.Combine(files, "relay.json"), told.ToJsonString());
        Write(
            Path.Combine(files, "policy.yaml"),
            policy
                .Replace(Services(policy), Services(policy) + services, StringComparison.Ordinal)
                .Replace($"folders: ['{own.Logs}']", $"folders: ['{own.Logs}', '{other.Logs}']", StringComparison.Ordinal)
        );
    }

    private static string Services(string policy)
    {
        var begin = policy.IndexOf("  - name:", StringComparison.Ordinal);
        return policy[begin..policy.IndexOf("# A practice hour", StringComparison.Ordinal)];
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static Part Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        SiteOptions options
    ) => Part.Start(name, program, arguments, environment, Path.Combine(options.DataFolder, "logs"), TimeProvider.System);

    private static ServerDesk Desk(Site site, Uri server) => new(site.Http, server);

    private Cast Of(Site site, Uri server, string incident) =>
        new(site.Client, Desk(site, server), AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System, incident);

    private static async Task PlantAsync(Site site, Uri server, string fault, CancellationToken cancellationToken)
    {
        using var answer = await site.Http.PostAsJsonAsync(new Uri(server, "faults"), new { faults = new[] { fault } }, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static async Task AnsweringAsync(Site site, Uri server, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var answer = await site.Http.GetAsync(new Uri(server, "host"), cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task OpenedAsync(Site site, string incident, CancellationToken cancellationToken)
    {
        await foreach (var post in site.Client.FollowAsync(ImcBot.Lab.Room.Team.Olu, cancellationToken))
        {
            if (ImcBot.Lab.Room.CardButton.On(post.Card).Any(button => button.Action["data"]?["incident"]?.ToString() == incident))
            {
                return;
            }
        }
    }

    private static async Task<string> ExportAsync(Site site, Cast cast, SiteOptions options, CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.DataFolder, $"{Guid.NewGuid():N}.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, cancellationToken),
            cancellationToken
        );
        return path;
    }

    /// <summary>The transcript verifies and replays, and every call of nginx lies in a run that was approved.</summary>
    private static async Task ReviewAsync(Site site, Cast cast, SiteOptions options, Uri? nginx, CancellationToken cancellationToken)
    {
        var path = await ExportAsync(site, cast, options, cancellationToken);
        Assert.Empty((await Reviewer.ReviewAsync(path, options, cancellationToken)).Complaints);
        if (nginx is not null)
        {
            var calls = (await Desk(site, nginx).RecordAsync(0, cancellationToken))
                .Where(entry => entry.By == ServerRecord.Caller)
                .ToList();
            Assert.Single(calls);
            Assert.All(calls, call => Assert.NotNull(Transcript.Read(path).RunAt(call.At)));
        }
    }

    private static async Task<string> SubjectAsync(Site site, Cast cast, SiteOptions options, CancellationToken cancellationToken)
    {
        var path = await ExportAsync(site, cast, options, cancellationToken);
        Assert.Empty((await Reviewer.ReviewAsync(path, options, cancellationToken)).Complaints);
        return File.ReadLines(path)
            .Select(line => JsonNode.Parse(line)!)
            .Select(line => line["fact"] ?? line["entry"]?["fact"])
            .First(fact => fact?["$type"]?.ToString() == "opened")!["subject"]!["name"]!.ToString();
    }
}

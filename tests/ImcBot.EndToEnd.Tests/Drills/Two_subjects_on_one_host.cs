using System.Text.Json.Nodes;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// Real bot, relay and server. Beside the mail service runs a service that nobody foresaw: its runbook stands below as YAML alone, and the
/// relay's settings name both. The second fails
/// while the search for the first goes on, and relay and bot are killed while one waits for the other.
/// </summary>
public sealed class Two_subjects_on_one_host(ITestOutputHelper output)
{
    private const string Runbook = """
        id: print-queue
        title: The print queue has ended
        service: PrintQ
        words: { service: the print queue, working: the print queue prints, stopped: the print queue is STOPPED, item: print job }
        opens-on:
          - eventlog: { log: Application, source: PrintQ, ids: [7001] }
          - { service: down, for: 60s }
        verify:
          - { use: service.running, with: { service: PrintQ } }
          - { use: events.none, with: { ids: "7001", source: PrintQ } }
        steps:
          - id: disk
            name: Disk
            kb: print queue manual 1
            check: { use: disk.free, with: { path: "${room}", at-least: 1MB } }
            remedies:
              - { name: by-hand, person: "Free some space on the volume of the queue" }
        parameters:
          - { name: room, default: "C:", description: Where the queue lies }
        """;

    private const string Settings = """
        { "subjects": [ { "name": "mail", "runbook": "Q317653" }, { "name": "print", "runbook": "print-queue", "parameters": { "room": "D:" } } ] }
        """;

    [Fact]
    public async Task Have_two_incidents_at_once_one_waits_for_the_other_and_both_end_well_though_relay_and_bot_are_killed()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = Prepared();
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var server = new ServerDesk(site.Http, site.ServerAddress);
        var (mail, print) = (Of(site, server, "INC-1"), Of(site, server, "INC-2"));

        var playing = (Mail: mail.PlayAsync(either.Token), Print: print.PlayAsync(either.Token));
        await SeenAsync(site, card => card.Contains("search: run", StringComparison.Ordinal), either.Token);
        await server.AtConsoleAsync("fail-service?name=PrintQ", either.Token);
        await SaidAsync(site, "waits for INC-1/", either.Token);
        await site.Relay!.KillAsync();
        await site.Bot!.KillAsync();
        await site.StartBotAsync(either.Token);
        site.StartRelay();

        Assert.Equal(("resolved", "resolved"), (await playing.Mail, await playing.Print));
        Assert.NotEqual(mail.Thread, print.Thread);
        Assert.Contains(
            "PRINTS",
            CardText.Of(print.Last!).First(text => text.Contains("RESOLVED", StringComparison.Ordinal)),
            StringComparison.OrdinalIgnoreCase
        );
        var record = await server.RecordAsync(0, either.Token);
        foreach (var cast in new[] { mail, print })
        {
            var path = Path.Combine(options.DataFolder, $"{cast.Thread!.GetHashCode(StringComparison.Ordinal)}.jsonl");
            await File.WriteAllBytesAsync(
                path,
                await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(cast.Thread!, either.Token),
                either.Token
            );
            var own = record
                .Where(entry =>
                    !Verification.IsRun(entry.By) || entry.By.StartsWith(cast == mail ? "INC-1/" : "INC-2/", StringComparison.Ordinal)
                )
                .ToList();
            Assert.Empty(Verification.Of(own, Transcript.Read(path), ["fail-service"], false));
            Assert.Empty((await Reviewer.ReviewAsync(path, options, either.Token)).Complaints);
            Assert.Equal(cast == print, (await File.ReadAllTextAsync(path, either.Token)).Contains("\"queued\"", StringComparison.Ordinal));
            Assert.Contains(Team.Olu.ObjectId, Roster(path), StringComparison.Ordinal);
        }

        var runs = record.Where(entry => Verification.IsRun(entry.By)).Select(entry => entry.By).ToList();
        Assert.Equal(runs.Distinct().Count(), runs.Zip(runs.Skip(1)).Count(pair => pair.First != pair.Second) + 1);
        Assert.Equal(0, MessageTally.Of(await server.TruthAsync(either.Token)).Lost);
    }

    private Cast Of(Site site, ServerDesk server, string incident) =>
        new(site.Client, server, AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System, incident);

    private static SiteOptions Prepared()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-subjects").FullName;
        var runbooks = Directory.CreateDirectory(Path.Combine(folder, "runbooks")).FullName;
        File.Copy(Repository.Path("manifests/runbooks/Q317653.yaml"), Path.Combine(runbooks, "Q317653.yaml"));
        File.WriteAllText(Path.Combine(runbooks, "print-queue.yaml"), Runbook);
        var relay = Directory.CreateDirectory(Path.Combine(folder, "relay")).FullName;
        File.WriteAllText(Path.Combine(relay, "relay.json"), Settings);
        var policy = Path.Combine(relay, "policy.yaml");
        File.WriteAllText(
            policy,
            File.ReadAllText(Repository.Path("manifests/relay/practice.policy.yaml"))
                .Replace("McShield]", "McShield, PrintQ]", StringComparison.Ordinal)
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new SiteOptions(folder)
        {
            Count = 40,
            Seed = 11,
            Faults = "message:1",
            Services = "PrintQ",
            Runbooks = runbooks,
        };
    }

    private static Task SaidAsync(Site site, string words, CancellationToken cancellationToken) =>
        UntilAsync(site, post => post.Text?.Contains(words, StringComparison.Ordinal) == true, cancellationToken);

    private static Task SeenAsync(Site site, Func<string, bool> card, CancellationToken cancellationToken) =>
        UntilAsync(site, post => post.Card is { } shown && card(string.Join(' ', CardText.Of(shown))), cancellationToken);

    private static async Task UntilAsync(Site site, Func<PostView, bool> isIt, CancellationToken cancellationToken)
    {
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if (post is { Chat: "channel", From: "bot" } && isIt(post))
            {
                return;
            }
        }
    }

    /// <summary>Who was on call when an incident opened, by its own record.</summary>
    private static string Roster(string transcript) =>
        File.ReadLines(transcript)
            .Select(line => JsonNode.Parse(line)!)
            .Select(line => line["fact"] ?? line["entry"]?["fact"])
            .First(fact => fact?["$type"]?.ToString() == "opened")!["roster"]!.ToJsonString();
}

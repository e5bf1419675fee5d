using System.Globalization;
using ImcBot.Lab;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Postfix;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// Bot, relay or mail server is killed while an incident is walked, and started again; with a live Postfix its filter in place of the server.
/// CI kills each once, and beside Postfix at ten points, as <c>IMCBOT_SEED</c> chooses; <c>IMCBOT_KILLS=1,2,3,…</c> names the moments (changes
/// of the thread's cards) of a campaign: see <c>tests/campaigns</c>.
/// </summary>
public sealed class A_process_dies_in_the_middle(ITestOutputHelper output)
{
    private static readonly int[]? Named = Environment.GetEnvironmentVariable("IMCBOT_KILLS")?.Split(',').Select(int.Parse).ToArray();

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given : 4;

    public static TheoryData<string, int> Kills()
    {
        var data = new TheoryData<string, int>();
        foreach (var (at, process) in new[] { "bot", "relay", "server" }.Index())
        {
            foreach (var moment in Named ?? [1 + ((Seed + (5 * at)) % 10)])
            {
                data.Add(process, moment);
            }
        }

        return data;
    }

    /// <summary>While mail is held, tried and released.</summary>
    public static TheoryData<string, int> KillsBesidePostfix()
    {
        var all = new[] { "bot", "relay", "filter" }
            .SelectMany(_ => Named ?? [3, 4, 5, 6, 7, 8], (process, moment) => (process, moment))
            .ToArray();
        if (Named is null)
        {
            new Random(Seed).Shuffle(all);
            all = all[..10];
        }

        return new(all);
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task The_incident_still_ends_and_no_mail_is_lost(string process, int moment)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-kill").FullName)
        {
            Count = 40,
            Seed = 11,
            Faults = "message:1",
        };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var server = new ServerDesk(site.Http, site.ServerAddress);
        var cast = new Cast(site.Client, server, AnswerSheet.Read("approve"), output.WriteLine, TimeProvider.System);

        var kill = KillAsync(site, process, moment, either.Token);
        var outcome = await cast.PlayAsync(either.Token);

        Assert.True(kill.IsCompletedSuccessfully, $"The thread had fewer than {moment} changes: nothing was killed.");
        Assert.Equal("resolved", outcome);
        var truth = await server.TruthAsync(either.Token);
        var tally = MessageTally.Of(truth);
        Assert.Equal(0, tally.Lost);
        Assert.Equal(
            tally.Found + tally.Arrived,
            tally.Accepted + tally.Archived + tally.InSpool + tally.Held + tally.Deleted + tally.Unknown
        );
        var transcript = await TranscriptAsync(site, cast.Thread!, options, either.Token);
        Assert.Empty(Verification.Of(await server.RecordAsync(0, either.Token), transcript, cast.AtConsole, false));
        var review = await Reviewer.ReviewAsync(transcript.Path, options, either.Token);
        Assert.Empty(review.Complaints);
        Assert.True(review.Replayed > 10, $"{review.Replayed} entries were replayed.");
    }

    [Theory]
    [MemberData(nameof(KillsBesidePostfix))]
    public async Task A_live_Postfix_is_brought_back_all_the_same_and_every_message_comes_once(string process, int moment)
    {
        var wasKilled = false;
        var site = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-kill").FullName)
        {
            Postfix = 1,
            Count = 30,
            Seed = 11,
            Faults = "filter:1",
        };
        var drill = new Drill(new(site, AnswerSheet.Read("approve"), TimeSpan.FromMinutes(6)), output.WriteLine, TimeProvider.System)
        {
            Meanwhile = async (started, cancellationToken) =>
            {
                await KillAsync(started, process, moment, cancellationToken);
                wasKilled = true;
            },
        };
        DrillResult result;
        try
        {
            result = await drill.RunAsync(TestContext.Current.CancellationToken);
        }
        catch (SkippedException skipped)
        {
            Assert.Skip(skipped.Message);
            throw;
        }

        Assert.True(wasKilled, $"The thread had fewer than {moment} changes: nothing was killed.");
        Assert.Equal("resolved", result.Outcome);
        Assert.Contains("message", result.CausesFound);
        Assert.Equal(0, result.Messages.Lost);
        Assert.Equal(result.Messages.Found, result.Messages.Accepted + result.Messages.InSpool + result.Messages.Held);
        Assert.Empty(result.Violations);
    }

    private async Task KillAsync(Site site, string process, int moment, CancellationToken cancellationToken)
    {
        var seen = 0;
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if (post is not { Chat: "channel", From: "bot" } || ++seen <= moment)
            {
                continue;
            }

            output.WriteLine($"killing the {process} after change {moment}");
            if (process == "filter")
            {
                await KillFilterAsync(PostfixFolder.Of(site.ServerFolder, 0)[0], cancellationToken);
                return;
            }

            await (
                process switch
                {
                    "bot" => site.Bot!,
                    "relay" => site.Relay!,
                    _ => site.Server!,
                }
            ).KillAsync();
            await RestartAsync(site, process, cancellationToken);
            return;
        }
    }

    /// <summary>What keeps it starts it again by itself; the one that is being started is waited for.</summary>
    private static async Task KillFilterAsync(PostfixFolder folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Directory.EnumerateDirectories("/proc").FirstOrDefault(process => IsFilter(process, folder)) is { } filter)
            {
                Signals.Send(int.Parse(Path.GetFileName(filter), CultureInfo.InvariantCulture), Signals.Kill);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsFilter(string process, PostfixFolder folder)
    {
        try
        {
            var words = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
            return words.Contains("mail-filter") && words.Contains($"{folder.Ports.Filter}");
        }
        catch (IOException)
        {
            // It has gone, or is no process.
            return false;
        }
    }

    private static async Task RestartAsync(Site site, string process, CancellationToken cancellationToken)
    {
        switch (process)
        {
            case "bot":
                await site.StartBotAsync(cancellationToken);
                break;
            case "relay":
                site.StartRelay();
                break;
            default:
                await site.StartServerAsync(cancellationToken);
                break;
        }
    }

    private static async Task<Transcript> TranscriptAsync(
        Site site,
        string thread,
        SiteOptions options,
        CancellationToken cancellationToken
    )
    {
        var path = Path.Combine(options.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(thread, cancellationToken),
            cancellationToken
        );
        return Transcript.Read(path);
    }
}

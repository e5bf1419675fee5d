using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// Bot, relay or mail server is killed while an incident is walked, and started again. CI kills each once, at a moment that
/// <c>IMCBOT_SEED</c> chooses; <c>IMCBOT_KILLS=1,2,3,…</c> names the moments (changes of the thread's cards) of a campaign: see the README
/// beside this file.
/// </summary>
public sealed class A_process_dies_in_the_middle(ITestOutputHelper output)
{
    private const int LastMoment = 10;

    public static TheoryData<string, int> Kills()
    {
        var data = new TheoryData<string, int>();
        var named = Environment.GetEnvironmentVariable("IMCBOT_KILLS")?.Split(',').Select(int.Parse);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_SEED"), out var given) ? given % LastMoment : 4;
        foreach (var (process, at) in new[] { "bot", "relay", "server" }.Select((process, at) => (process, at)))
        {
            foreach (var moment in named ?? [1 + ((seed + (5 * at)) % LastMoment)])
            {
                data.Add(process, moment);
            }
        }

        return data;
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

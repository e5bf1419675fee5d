using ImcBot.Lab.Launch;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Drills;

/// <summary>What a drill is about.</summary>
internal sealed record DrillOptions(SiteOptions Site, AnswerSheet Answers, TimeSpan Patience);

/// <summary>
/// One incident without a browser: the same bot, relay, server and chat protocol, with scripted people, checked against the server's own
/// record.
/// </summary>
internal sealed class Drill(DrillOptions options, Action<string> tell, TimeProvider time)
{
    private static readonly TimeSpan BeforeLooking = TimeSpan.FromMilliseconds(200),
        BeforeNoticing = TimeSpan.FromSeconds(5);

    /// <summary>What befalls the site while its incident is walked, from before it is noticed.</summary>
    public Func<Site, CancellationToken, Task> Meanwhile { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Nobody says that something is wrong, so the server's own words must.</summary>
    public bool IsUnnoticed { get; init; }

    public async Task<DrillResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var site = await Site.OpenAsync(options.Site, tell, time, cancellationToken);
        var server = new ServerDesk(site.Http, site.ServerAddress);
        var cast = new Cast(site.Client, server, options.Answers, tell, time, byHand: site.Practised.ByHand);

        var begun = time.GetTimestamp();
        var outcome = await PlayAsync(site, cast, cancellationToken);
        var seconds = time.GetElapsedTime(begun).TotalSeconds;

        var transcript = cast.Thread is null ? null : await ExportAsync(site, cast.Thread, cancellationToken);
        var truth = await server.TruthAsync(cancellationToken);
        var record = Attributed(await server.RecordAsync(0, cancellationToken), transcript);
        var review = transcript is null ? null : await Reviewer.ReviewAsync(transcript.Path, options.Site, cancellationToken);
        if (review is { Complaints.Count: 0 })
        {
            tell($"The transcript verifies; of its entries {review.Replayed} replay to the same decisions.");
        }
        return new(
            outcome,
            transcript?.StepsWalked ?? [],
            Causes(transcript, truth),
            CardText.FollowUps(cast.Last),
            transcript?.Approvals ?? 0,
            transcript?.Rounds ?? 0,
            record.Count(entry => entry.What == Record.Start && entry.Target == site.Practised.Service && Verification.IsRun(entry.By)),
            truth.StoreCrashes - (cast.CrashesBefore ?? truth.StoreCrashes),
            FirstGoodMail(truth),
            MessageTally.Of(truth),
            Math.Round(seconds, 1),
            transcript?.Path,
            review?.Replayed ?? 0,
            [
                .. Verification.Of(record, transcript, cast.AtConsole, options.Answers.OnlyDenies),
                .. site.Practised.RestsOnPurpose ? Verification.OfRest(record, transcript) : [],
                .. Verification.OfDuplicates(MessageTally.Of(truth), transcript),
                .. review?.Complaints ?? [],
            ]
        )
        {
            Right =
                site.Practised.RestsOnPurpose ? DrillResult.Closed
                : site.Practised.WaitsForAnother ? DrillResult.Waiting
                : DrillResult.Resolved,
            GoodHeld = truth.Messages.Count(message => message is { State: MessageState.Held, Bad: false }),
        };
    }

    /// <summary>Neither Windows nor a program here tells for whom it changed something; the transcript does, by the time.</summary>
    private static IReadOnlyList<RecordEntry> Attributed(IReadOnlyList<RecordEntry> record, Transcript? transcript) =>
        [
            .. record.Select(entry =>
                entry.By is WindowsFace.Name or Record.Caller && transcript?.RunAt(entry.At) is { } run ? entry with { By = run } : entry
            ),
        ];

    /// <summary>People notice that something is wrong a little after it is.</summary>
    private async Task NoticedAsync(ServerDesk server, CancellationToken cancellationToken)
    {
        var wanted = options.Site.Faults?.Split(',').Length ?? 0;
        while ((await server.TruthAsync(cancellationToken)).Faults.Count < wanted)
        {
            await Task.Delay(BeforeLooking, time, cancellationToken);
        }

        await Task.Delay(BeforeNoticing, time, cancellationToken);
    }

    private async Task<string> PlayAsync(Site site, Cast cast, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var play = cast.PlayAsync(either.Token);
        var meanwhile = Meanwhile(site, either.Token);
        var death = site.DeathAsync(new HashSet<Part>(), either.Token);
        if (!IsUnnoticed && site.Practised.OpenedBy is { } order)
        {
            await NoticedAsync(new(site.Http, site.ServerAddress), either.Token);
            await cast.OpenAsync(order, either.Token);
        }
        var first = await Task.WhenAny(play, death);
        if (first == death && death.IsCompletedSuccessfully)
        {
            throw new LabException(await death);
        }
        try
        {
            return await play;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            tell($"The incident did not end within {options.Patience.TotalMinutes:0} min.");
            return "timeout";
        }
        finally
        {
            await either.CancelAsync();
            await meanwhile.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks for the transcript in the thread, as a reviewer would, and keeps the file that comes in private.</summary>
    private async Task<Transcript> ExportAsync(Site site, string thread, CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.Site.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, time).FetchAsync(thread, cancellationToken),
            cancellationToken
        );
        return Transcript.Read(path);
    }

    private static IReadOnlyList<string> Causes(Transcript? transcript, GroundTruth truth) =>
        [
            .. transcript?.CausesFound ?? [],
            .. truth.Messages.Where(message => message.State == MessageState.Held).Select(message => $"message:{message.Name}"),
        ];

    private static double? FirstGoodMail(GroundTruth truth) =>
        truth is { FirstDeliveryAt: { } delivered, FirstStopAt: { } stopped } ? Math.Round((delivered - stopped) / 1e6, 1) : null;
}

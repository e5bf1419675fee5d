using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>What a review rests on: clocks, fingerprints, and what all of that does not prove.</summary>
internal static class ReviewProof
{
    /// <summary>How much of what came in storms is not shown, where there was so much of it.</summary>
    public static IEnumerable<ReviewSection> LeftOut(ReviewModel model)
    {
        (int Count, string What)[] all =
        [
            (model.Kept.LeftOut, "alerts and changes of the roster"),
            (model.Outages.LeftOut, "times that the service stopped"),
            (model.Phases.LeftOut, "changes of the phase"),
            (model.Attempts.LeftOut, "changes that were tried"),
            (model.Search.LeftOut, "runs of the search"),
            (model.Foreign.LeftOut, "changes that ImcBot did not make"),
        ];
        ReviewLine[] lines = [.. all.Where(one => one.Count > 0).Select(one => new ReviewLine(null, $"{one.Count} more {one.What}"))];
        if (lines.Length > 0)
        {
            yield return new("Left out of this review", "", lines);
        }
    }

    /// <summary>Said in every form, so that nobody takes the chain for more than it is.</summary>
    public static IReadOnlyList<ReviewLine> NotProven { get; } =
    [
        new(null, "That a person is who the channel says: it rests on the channel's sign-in."),
        new(null, "That what people reported by hand happened, or when."),
        new(null, "That nothing else was done on the server: only what checks, events and counts showed is known."),
        new(
            null,
            "That the clocks were right: times are ImcBot's; how far the relay's and the server's were from it is given, with what "
                + "a report's way took in it."
        ),
        new(
            null,
            "That whoever holds the journal key did not write another journal: compare the head with the one in the channel's "
                + "outcome cards."
        ),
    ];

    public static IEnumerable<ReviewLine> Clocks(ReviewModel model)
    {
        if (model.Clocks.Count == 0)
        {
            yield break;
        }

        var (least, most) = model.Clocks.Relay;
        yield return new(
            least.Seq,
            $"Relay clock against ImcBot's, at the arrival of {Words.Count(model.Clocks.Count, "report")}: "
                + $"least {Review.Seconds(least.Relay)}"
        );
        yield return new(most.Seq, $"Relay clock: most {Review.Seconds(most.Relay)}");
        if (model.Clocks.Server is not { } server)
        {
            yield return new(null, "Server clock: no report told it; the server's own times are only those of its events");
            yield break;
        }

        yield return new(server.Least.Seq, $"Server clock against ImcBot's: least {Review.Seconds(server.Least.Server!.Value)}");
        yield return new(
            server.Most.Seq,
            $"Server clock: most {Review.Seconds(server.Most.Server!.Value)}; both of each report stand in the timeline"
        );
    }

    public static IEnumerable<ReviewLine> Prints(ReviewModel model, Incident incident)
    {
        yield return new(1, $"Runbook {incident.Runbook.Id}: SHA-256 {incident.Runbook.Digest}");
        foreach (var (seq, text) in model.Prints.Items)
        {
            yield return new(seq, text);
        }

        if (model.Prints.Items.Count == 0)
        {
            yield return new(null, "Programs and the relay's policy: not recorded, the journal is older than that");
        }

        foreach (var request in incident.Requests.Where(request => request.State is not ChangeState.Asked))
        {
            yield return new(
                model.Requests.GetValueOrDefault(request.Question)?.Seq,
                $"Plan of {request.Question.Short}: SHA-256 {request.Digest}"
            );
        }

        yield return new(
            null,
            $"Journal: {Words.Count(model.Head.Seq, "entry", "entries")}, head {model.Head.Hash}, " + $"key {model.KeyPrint}"
        );
        yield return new(
            null,
            $"This page was written by ImcBot {typeof(ReviewProof).Assembly.GetName().Version}: SHA-256 {ProgramDigest.Own}"
        );
    }
}

using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Export;

/// <summary>
/// One night as a journal: opened by an event, refused once, searched, resolved, with talk, notes, work by hand and a late vote.
/// </summary>
internal static class ANight
{
    public static IReadOnlyList<(Fact Fact, Decision Decision)> Told { get; } = Play("EXCH01").Told;

    /// <param name="text">What people say, note and give as reason.</param>
    public static Rehearsal Play(string text)
    {
        var spool = new FakeSpool(321, new HashSet<int> { 150 }, IndexSet.Empty, 17, 40, 60);
        var night = new Rehearsal("message", "store-build") { Seconds = 1.3 };
        night.Round = run =>
        {
            var report = spool.Take(run);
            (night.ServiceUp, night.ActData["starts"], night.ActData["crashes"]) = (spool.Up, "1", spool.Up ? "0" : "1");
            return report;
        };
        night.Tell(at => new Posted(
            at,
            new PostKey(CardKind.Incident, default),
            "19:thread",
            "1",
            false,
            Card(night, new PostKey(CardKind.Incident, default)),
            []
        ));
        night.Wait(70).Relay().Wait(45).Command(CommandVerb.Take, Some.OnCall).Wait(20);
        night.Tell(at => new Noted(at, Some.Responder, text, false)).Wait(25);
        night.Command(CommandVerb.StartOnce).Relay();
        Post(night).Wait(95).Vote(Answer.DenyNext).Wait(30).Relay();
        night.Command(CommandVerb.Ask, Some.OnCall).Relay();
        Post(night).Wait(140);
        night
            .Tell(at => new Noted(at, Some.Responder, $"backup of Sunday 23:10 checked on the library: {text}", true, at - 300_000_000))
            .Wait(60);
        night.Vote(Answer.Approve, Some.Lead).Wait(12).Vote2(Some.OnCall).Relay().Wait(30);
        return night
            .Pass(Deadline.WatchEnds)
            .Relay()
            .Wait(60)
            .Tell(at => new Noted(at, Some.Lead, $"thanks all. {text}", false))
            .Wait(5)
            .Command(CommandVerb.Export, Some.Lead, "html");
    }

    private static Rehearsal Post(Rehearsal night)
    {
        if (night.Incident.Request is { } request)
        {
            var post = new PostKey(CardKind.Approval, request.Question);
            night.Tell(at => new Posted(
                at,
                post,
                "19:thread",
                $"{request.Question}",
                false,
                Card(night, post),
                [new Sealed("Olu Adeyemi"), new Sealed("Lena Lindqvist")]
            ));
        }

        return night;
    }

    // A second click on what is decided: declined, and told.
    private static Rehearsal Vote2(this Rehearsal night, Person by) =>
        night.Tell(at => new Voted(at, night.Incident.Requests.Last().Question, by, Answer.Approve, "me too"));

    private static Sealed Card(Rehearsal night, PostKey post) => CardFactory.Write(night.Incident, post).GetRawText();
}

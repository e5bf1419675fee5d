using ImcBot.Bot.Cards;
using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Export;

/// <summary>
/// A night in which everything that others may name bears the same text: host, service, events, files, people, reports, reasons, cards.
/// </summary>
internal static class HostileNight
{
    /// <summary>
    /// A formula, scripts, Markdown, reading directions, control characters, half a surrogate pair, table and page ends, a card's macro,
    /// links, a mention.
    /// </summary>
    public const string Text =
        "=cmd|' /C calc'!A0<script>window.hacked=1</script><img src=x onerror=window.hacked=1>[a](javascript:window.hacked=1) `b` "
        + "**c** \u202Egnp.exe\u2066 \0\u0007 \uD800 \r\n# d\n| e | &amp; \"' "
        + "</td></table></style></svg></title>{{TIME(2001-01-01T00:00:00Z)}} www.x.example http://x.example @everyone";

    /// <param name="only">The one fact that bears it, by its place in the night; null for all of them.</param>
    public static IReadOnlyList<(Fact Fact, Decision Decision)> Told(string text, int? only = null)
    {
        HostAlert Alert(long at, string said) => new(said, said, false, false, [new HostEvent(1, at, said, 4102, said, [said])], at);
        Person Called(string name) => Some.Responder with { Name = name };
        var opened = Some.Opened() with { Host = Here(0), Alert = Alert(Some.Start, Here(0)) };
        var told = new List<(Fact Fact, Decision Decision)> { (opened, IncidentMachine.Open(opened, Some.Runbook)) };
        Tell(said => new Alerted(Some.Start + 1, Alert(Some.Start + 1, said)));
        Tell(said => new Noted(Some.Start + 2, Called(said), said, false));
        Tell(said => new Noted(Some.Start + 3, Called(said), said, true, Some.Start));
        var checks = told[0].Decision.Effects.OfType<RunCheck>().ToList();
        for (var index = 0; index < checks.Count; index++)
        {
            var run = checks[index].Run;
            Tell(said => new Checked(
                Some.Start + 4 + index,
                new Report(run, JobKind.Check, Verdict.Finding, said, new Dictionary<string, string> { [said] = said }, Some.Start)
            ));
        }

        Tell(said => new Refused(Some.Start + 50, new Sealed(said), new Sealed(said), new Sealed(said)));
        Tell(said => new Commanded(Some.Start + 51, CommandVerb.Take, Called(said), null, said));
        var post = new PostKey(CardKind.Incident, default);
        Tell(said => new Posted(
            Some.Start + 52,
            post,
            said,
            said,
            false,
            new Sealed(CardFactory.Write(told[^1].Decision.Incident, post).GetRawText()),
            [new Sealed(said)]
        ));
        return told;

        string Here(int place) => only is null || only == place ? text : "so";

        void Tell(Func<string, Fact> of)
        {
            var fact = of(Here(told.Count));
            told.Add((fact, IncidentMachine.Handle(told[^1].Decision.Incident, fact)));
        }
    }
}

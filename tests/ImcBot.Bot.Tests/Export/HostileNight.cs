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

    public static IReadOnlyList<(Fact Fact, Decision Decision)> Told(string text)
    {
        HostAlert Alert(long at) => new(text, text, false, false, [new HostEvent(1, at, text, 4102, text, [text])], at);
        var opened = Some.Opened() with { Host = text, Alert = Alert(Some.Start) };
        var told = new List<(Fact Fact, Decision Decision)> { (opened, IncidentMachine.Open(opened, Some.Runbook)) };
        var person = Some.Responder with { Name = text };
        var data = new Dictionary<string, string> { [text] = text };
        Tell(new Alerted(Some.Start + 1, Alert(Some.Start + 1)));
        Tell(new Noted(Some.Start + 2, person, text, false));
        Tell(new Noted(Some.Start + 3, person, text, true, Some.Start));
        var checks = told[0].Decision.Effects.OfType<RunCheck>().ToList();
        for (var index = 0; index < checks.Count; index++)
        {
            Tell(
                new Checked(Some.Start + 4 + index, new Report(checks[index].Run, JobKind.Check, Verdict.Finding, text, data, Some.Start))
            );
        }

        Tell(new Refused(Some.Start + 50, new Sealed(text), new Sealed(text), new Sealed(text)));
        Tell(new Commanded(Some.Start + 51, CommandVerb.Take, person, null, text));
        var post = new PostKey(CardKind.Incident, default);
        Tell(
            new Posted(
                Some.Start + 52,
                post,
                text,
                text,
                false,
                new Sealed(CardFactory.Write(told[^1].Decision.Incident, post).GetRawText()),
                [new Sealed(text)]
            )
        );
        return told;

        void Tell(Fact fact) => told.Add((fact, IncidentMachine.Handle(told[^1].Decision.Incident, fact)));
    }
}

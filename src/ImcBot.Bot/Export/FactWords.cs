using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>Facts and effects as a reviewer reads them.</summary>
internal static class FactWords
{
    /// <summary>Who did it and what it was.</summary>
    public static (string Who, string What) Of(Fact fact) =>
        fact switch
        {
            Opened { By: { } by } opened => (Name(by), $"opened for {opened.Host}{About(opened)}{Among(opened)}"),
            Opened opened => (
                opened.Host,
                $"opened{About(opened)}{(opened.Quiet ? " quietly" : "")}: {Events(opened.Alert)}{Among(opened)}"
            ),
            Alerted alerted => (alerted.Alert.Host, Events(alerted.Alert)),
            Checked done => ("relay", $"{done.Report.Run} {Verdict(done.Report)}: {done.Report.Summary}"),
            Planned done => (
                "relay",
                done.Report.Plan is null
                    ? $"{done.Report.Run} cannot be planned: {done.Report.Summary}"
                    : $"{done.Report.Run} planned: {done.Report.Summary}, plan {ContentDigest.Of(done.Report.Plan)[..8]}"
            ),
            Acted done => ("relay", $"{done.Report.Run} {Verdict(done.Report)}: {done.Report.Summary}{Effects(done.Report)}"),
            Granted granted => ("relay", $"comes for {granted.Question}"),
            Queued queued => (
                "ImcBot",
                $"{queued.Question} waits "
                    + $"{(queued.Behind.Question == default ? $"until INC-{queued.Behind.Incident} is handed back"
                            : $"for {queued.Behind.Question}")}"
            ),
            Unposted unposted => (
                "channel",
                $"did not take {(unposted.Post is { } post ? $"the {Words.Kebab(post.Kind)} card" : "a reply")}: {unposted.Problem}"
            ),
            Voted voted => (Name(voted.By), $"{Vocabulary.WordOf(voted.Answer)} {voted.Question}{Because(voted.Why.ToString())}"),
            Commanded said => (
                Name(said.By),
                (
                    $"says {Words.Kebab(said.Verb)} {(said.Choice is { } choice ? $"{choice}" : $"{said.Argument}")} "
                    + $"{(said.Other is { } other ? Name(other) : "")}"
                ).TrimEnd()
            ),
            Noted noted => (Name(noted.By), $"{(noted.IsNote ? "notes" : "says")}: {noted.Text}"),
            DeadlinePassed passed => (
                "clock",
                $"{Words.Kebab(passed.Deadline)} {(passed.Question == default ? "" : passed.Question)}".TrimEnd()
            ),
            ClockSet set => (
                "clock",
                $"was set {TimeSpan.FromMicroseconds(Math.Abs(set.By)):hh\\:mm\\:ss} {(set.By > 0 ? "forward" : "back")}; open "
                    + "deadlines were moved along"
            ),
            RelayHeard => ("relay", "is heard again"),
            RelaySilent => ("relay", "is silent"),
            RosterChanged changed => ("roster", $"on call now: {Ids(changed.Roster.Of(Role.OnCall))}"),
            Paged { Sent: true } paged => ("paging", $"page {paged.Page} was taken"),
            Paged { Unsure: true } paged => ("paging", $"page {paged.Page} may have gone out: {paged.Problem}"),
            Paged paged => ("paging", $"page {paged.Page} did not go out: {paged.Problem}"),
            Acknowledged seen => ("paging", $"page {seen.Page} was acknowledged by {seen.By}"),
            Refused refused => ($"{refused.Who}", $"tries: {refused.What}"),
            Gathered gathered => ("ImcBot", $"INC-{gathered.Incident} is one of the hosts that INC-{gathered.Founder} shows together"),
            Unsaid unsaid => (
                "channel",
                $"the message of entry {unsaid.Entry} was {(unsaid.Changed ? "changed" : "deleted")} by its author"
            ),
            ChannelChanged changed => (
                $"{changed.By}",
                changed.IsHere ? "adds ImcBot to its channel again" : "removes ImcBot from its channel"
            ),
            Introduced introduced => (
                "relay",
                $"says hello: watches {introduced.Profile.WatchSeconds} s, settles {introduced.Profile.SettleSeconds} s"
            ),
            Posted posted => (
                "channel",
                $"took the {Words.Kebab(posted.Post.Kind)} card{(posted.PossibleDuplicate ? ", perhaps twice" : "")}"
            ),
            _ => ("", fact.GetType().Name),
        };

    /// <summary>The same of an entry; one without a fact has parked the incident.</summary>
    public static (string Who, string What) Of(Entry entry) =>
        entry.Fact is { } fact ? Of(fact) : ("ImcBot", $"parked: {entry.Parking?.What}");

    /// <summary>What was decided, or null for what only redraws a card.</summary>
    public static string? Of(Effect effect) =>
        effect switch
        {
            RunCheck check => $"check {check.Check.Use}",
            MakePlan plan => $"plan {string.Join(", ", plan.Remedy.Calls.Select(call => call.Use))}",
            RunAction act => $"run {act.Run} of plan {act.Plan[..Math.Min(8, act.Plan.Length)]}, approved by "
                + $"{string.Join(", ", act.Grant.Approvers)}{Order(act.Order)}",
            Say say => $"say \"{say.Text}\"",
            Page page => $"page {page.Number} to {page.Role}{(page.Question == default ? "" : $" about {page.Question}")}",
            GiveTranscript export => $"give the transcript ({export.Format})",
            _ => null,
        };

    public static string Name(Person person) =>
        person.Roles.Count == 0 ? $"{person.Name}" : $"{person.Name} ({string.Join(", ", person.Roles)})";

    private static string Ids(IReadOnlyList<string> people) => people.Count == 0 ? "nobody" : string.Join(", ", people);

    private static string Verdict(Report report) => Words.Kebab(report.Verdict);

    private static string Events(HostAlert? alert) =>
        alert is null ? "an alert from outside"
        : alert.Outage is { } outage
            ? outage.Kind switch
            {
                OutageKind.UrlSilent => $"{outage.Url} is silent, the service {(alert.ServiceUp ? "runs" : "is down")}",
                OutageKind.OrderlyStop => $"{alert.Service} was stopped in an orderly way",
                _ => $"{alert.Service} is down",
            }
        : $"events {string.Join(", ", alert.Events.Select(said => said.Called))}, the service {(alert.ServiceUp ? "runs" : "is down")}";

    /// <summary>The subject with all that its runbook was given, where it is more than the service.</summary>
    private static string About(Opened opened) =>
        opened.Subject is not { } subject
        || (!opened.IsOneOfSeveral && subject is { Service: null, Url: null, Parameters: null or { Count: 0 } })
            ? ""
            : $" about {subject.Name} ("
                + $"{string.Join(", ", ((string?[])[subject.Service, subject.Url, .. Parameters(subject)]).OfType<string>()
                    .DefaultIfEmpty(subject.Runbook))})";

    private static IEnumerable<string> Parameters(Subject subject) =>
        (subject.Parameters ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {pair.Value}");

    private static string Among(Opened opened) =>
        opened.Gathering is { } gathering ? $"; one of several hosts, shown together by INC-{gathering.Founder}" : "";

    private static string Effects(Report report) =>
        report.Effects is { Count: > 0 } effects
            ? $" [{string.Join("; ", effects.Select(effect => $"{effect.Use} {Words.Kebab(effect.Verdict)}: {effect.Summary}"))}]"
            : "";

    private static string Order(RoundOrder? order) =>
        order is null ? "" : $" ({Words.Kebab(order.Kind)} {order.Messages})".Replace(" )", ")", StringComparison.Ordinal);

    private static string Because(string why) => why.Length == 0 ? "" : $", because: {why}";
}

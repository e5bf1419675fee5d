using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>What the relay knows of Postfix. Each is told the service of the instance that is meant.</content>
public static partial class Catalog
{
    private static IEnumerable<(string Word, string Tells)> PostfixLines =>
        [
            ("filter.lost", "The delivery of a message to a content filter broke off"),
            ("filter.down", "A content filter, or what brings mail to it, is not there"),
            ("milter.lost", "A milter does not answer, or broke off"),
            ("postfix.no-space", "A volume is full, or too full to take mail"),
            ("postfix.throttled", "A daemon fails as soon as it is started"),
            ("postfix.program", "A daemon's program is not there"),
            ("postfix.settings", "A setting cannot be read"),
            ("postfix.map", "A map cannot be read"),
            ("postfix.certificate", "A certificate cannot be read"),
            ("postfix.corrupt", "A file of the queue was put aside as corrupt"),
            ("postfix.port", "A port is taken by another program"),
            ("postfix.limit", "A service has as many processes as it may"),
            ("postfix.fatal", "A daemon ended because it could not go on"),
            ("postfix.panic", "A daemon ended because of a fault of its own"),
            ("destination.down", "A next server does not answer"),
            ("destination.unknown", "The name of a next server does not resolve"),
        ];

    private static IEnumerable<CatalogEntry> Postfix =>
        [
            Check("smtp.accepts", "Does the server take mail at this port, as far as RCPT TO, wherever this service listens?")
                .Needs("port", Number)
                .May("service", Service)
                .As(Purpose.Answers),
            Check(
                    "queue.age",
                    "Is the oldest message that waits young enough, but for so many that wait for next servers, and why do they wait?"
                )
                .Needs("service", Service)
                .Needs("at-most", Duration)
                .May("unreached", Number),
            Check("postfix.instances", "Does the master of each enabled instance run?").Needs("service", Service),
            Check("postfix.config", "Are settings, map files and the copies in the chroot as Postfix needs them?")
                .Needs("service", Service),
            Check("postfix.destination", "Do next servers answer, and do their names resolve, but for so many messages?")
                .Needs("service", Service)
                .Needs("at-most", Number)
                .As(Purpose.Answers),
            Check("postfix.filter", "Are the content filters there that mail is brought to?").Needs("service", Service).As(Purpose.Answers),
            Check("postfix.flood", "Does no sender have more than this share of the queue, in percent?")
                .Needs("service", Service)
                .Needs("at-most", Number),
            Check("postfix.milters", "Do the milters answer that mail is shown to on its way in?").Needs("service", Service),
            Check("postfix.suspects", "Does the queue move on, or does it point to a message that the filter fails on?")
                .Needs("service", Service)
                .As(Purpose.Answers),
            Check("postfix.setting", "Has a setting this value, or is it as Postfix has it by itself?")
                .Needs("service", Service)
                .Needs("name", Text)
                .Needs("value", Text),
            Check("postfix.verbose", "Does no daemon write more than it must?").Needs("service", Service),
            Action("queue.flush", "Has everything that is put off tried now", Impact.Reversible, Scope.Single, [Items])
                .Needs("service", Service),
            Action("postfix.set", "Sets one of the settings that may be set", Impact.Reversible, Scope.Single, [Configuration])
                .Needs("service", Service)
                .Needs("name", Text)
                .Needs("value", Text)
                .TakenBack("sets it back to what it was"),
            Action(
                    "postfix.pause",
                    "Closes a public port of the server; what is queued, submission and the way back from a filter go on",
                    Impact.Disruptive,
                    Scope.Single,
                    [Configuration, Holds]
                )
                .Needs("service", Service)
                .Needs("port", Number)
                .TakenBack("opens it again")
                .LeftAlone("leaves it closed until it is taken back"),
        ];
}

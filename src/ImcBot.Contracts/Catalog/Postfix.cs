using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>What the relay knows of Postfix. Each is told the service of the instance that is meant.</content>
public static partial class Catalog
{
    private static IEnumerable<CatalogEntry> Postfix =>
        [
            Check("smtp.accepts", "Does the server take mail at this port, as far as MAIL FROM?", new Argument("port", Number)),
            Check(
                "queue.age",
                "Is the oldest message that waits young enough, and why do the others wait?",
                new Argument("service", Service),
                new Argument("at-most", Duration)
            ),
            Check("postfix.instances", "Does the master of each enabled instance run?", new Argument("service", Service)),
            Check(
                "postfix.config",
                "Are settings, map files and the copies in the chroot as Postfix needs them?",
                new Argument("service", Service)
            ),
            Check("postfix.destination", "Do next servers answer and do their names resolve?", new Argument("service", Service)),
            Check(
                "postfix.flood",
                "Does no sender have more than this share of the queue, in percent?",
                new Argument("service", Service),
                new Argument("at-most", Number)
            ),
            Check(
                "postfix.suspects",
                "Does the queue move on, or does it point to a message that the filter fails on?",
                new Argument("service", Service)
            ),
            Check(
                "postfix.setting",
                "Has a setting this value?",
                new Argument("service", Service),
                new Argument("name", Text),
                new Argument("value", Text)
            ),
            Check("postfix.verbose", "Does no daemon write more than it must?", new Argument("service", Service)),
            Action(
                "queue.flush",
                Impact.Reversible,
                Scope.Single,
                [Items],
                "Has everything that is put off tried now",
                null,
                Nothing,
                new Argument("service", Service)
            ),
            Action(
                "postfix.set",
                Impact.Reversible,
                Scope.Single,
                [Configuration],
                "Sets one of the settings that may be set",
                "sets it back to what it was",
                Nothing,
                new Argument("service", Service),
                new Argument("name", Text),
                new Argument("value", Text)
            ),
            Action(
                "postfix.pause",
                Impact.Disruptive,
                Scope.Single,
                [Configuration, Holds],
                "Closes a public port of the server; what is queued, submission and the way back from a filter go on",
                "opens it again",
                "leaves it closed until it is taken back",
                new Argument("service", Service),
                new Argument("port", Number)
            ),
        ];
}

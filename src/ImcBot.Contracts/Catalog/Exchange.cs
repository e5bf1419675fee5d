using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>What the relay knows of Exchange 5.5.</content>
public static partial class Catalog
{
    public const string ServiceKill = "service.kill",
        InboundPause = "inbound.pause";

    private static IEnumerable<CatalogEntry> Exchange =>
        [
            Check("spool.moving", "Has the first file left In, or is In empty?"),
            Check(
                "smtp-log.level",
                "Is the SMTP Protocol Log low enough?",
                new Argument("at-most", Number),
                new Argument("folder", ArgumentKind.Path)
            ),
            Check("mail.suspects", "Does the evidence point to a message that stops the store?"),
            Check("threads.value", "Does the information store have enough threads?", new Argument("at-least", Number)),
            Action(
                "imcdata.move",
                Impact.Disruptive,
                Scope.Bounded,
                [Items, Files, Configuration, StopsService, GainsSpace],
                "Moves the Imcdata folder to another volume",
                "moves it back, with the mail that has arrived since",
                "finishes the copy and starts the service where RootDir points",
                new Argument("to", ArgumentKind.Path)
            ),
            Action(
                "smtp-log.set",
                Impact.Reversible,
                Scope.Single,
                [Configuration],
                "Lowers the SMTP Protocol Log",
                "sets the level back to what it was",
                Nothing,
                new Argument("level", Number)
            ),
            Action(
                "threads.set",
                Impact.Reversible,
                Scope.Single,
                [Configuration],
                "Raises Max Threads of the information store",
                "sets the value back to what it was",
                Nothing,
                new Argument("value", Number)
            ),
            Action(
                ServiceKill,
                Impact.Disruptive,
                Scope.Single,
                [StopsService],
                "Ends the process of a wedged mail service; never the store's",
                null,
                "leaves it stopped",
                new Argument("service", Service)
            ) with
            {
                Purpose = Purpose.End,
            },
            Action(
                InboundPause,
                Impact.Disruptive,
                Scope.Single,
                [Configuration, Holds, StopsService, StartsService],
                "Stops taking mail from the Internet; outbound mail goes on",
                "takes mail from the Internet again",
                "leaves it paused until it is taken back",
                new Argument("service", Service)
            ),
        ];
}

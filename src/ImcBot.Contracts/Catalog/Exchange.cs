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
            Check("smtp-log.level", "Is the SMTP Protocol Log low enough?").Needs("at-most", Number).Needs("folder", ArgumentKind.Path),
            Check("mail.suspects", "Does the evidence point to a message that stops the store?"),
            Check("threads.value", "Does the information store have enough threads?").Needs("at-least", Number),
            Action(
                    "imcdata.move",
                    "Moves the Imcdata folder to another volume",
                    Impact.Disruptive,
                    Scope.Bounded,
                    [Items, Files, Configuration, StopsService, GainsSpace]
                )
                .Needs("to", ArgumentKind.Path)
                .TakenBack("moves it back, with the mail that has arrived since")
                .LeftAlone("finishes the copy and starts the service where RootDir points"),
            Action("smtp-log.set", "Lowers the SMTP Protocol Log", Impact.Reversible, Scope.Single, [Configuration])
                .Needs("level", Number)
                .TakenBack("sets the level back to what it was"),
            Action("threads.set", "Raises Max Threads of the information store", Impact.Reversible, Scope.Single, [Configuration])
                .Needs("value", Number)
                .TakenBack("sets the value back to what it was"),
            Action(
                    ServiceKill,
                    "Ends the process of a wedged mail service; never the store's",
                    Impact.Disruptive,
                    Scope.Single,
                    [StopsService]
                )
                .Needs("service", Service)
                .LeftAlone("leaves it stopped")
                .As(Purpose.End),
            Action(
                    InboundPause,
                    "Stops taking mail from the Internet; outbound mail goes on",
                    Impact.Disruptive,
                    Scope.Single,
                    [Configuration, Holds, StopsService, StartsService]
                )
                .Needs("service", Service)
                .TakenBack("takes mail from the Internet again")
                .LeftAlone("leaves it paused until it is taken back"),
        ];
}

using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>What the relay knows of Exchange 5.5, and the search for the item that stops a service.</content>
public static partial class Catalog
{
    private static IEnumerable<CatalogEntry> Exchange =>
    [
        Check("spool.moving", "Has the first file left In, or is In empty?"),
        Check("smtp-log.level", "Is the SMTP Protocol Log low enough?", new Argument("at-most", Number), new Argument("folder", ArgumentKind.Path)),
        Check("mail.suspects", "Does the evidence point to a message that stops the store?"),
        Check("threads.value", "Does the information store have enough threads?", new Argument("at-least", Number)),
        Check("mail.headers", "What do the headers of a held message say? For one person's eyes; recipients and bodies stay on the server.",
            new Argument("question", Text), new Argument("message", Number)),
        Action("imcdata.move", Impact.Disruptive, Scope.Bounded, [Items, Files, Configuration, StopsService, GainsSpace], "Moves the Imcdata folder to another volume",
            "moves it back, with the mail that has arrived since", "finishes the copy and starts the service where RootDir points",
            new Argument("to", ArgumentKind.Path)),
        Action("smtp-log.set", Impact.Reversible, Scope.Single, [Configuration], "Lowers the SMTP Protocol Log", "sets the level back to what it was", Nothing,
            new Argument("level", Number)),
        Action("threads.set", Impact.Reversible, Scope.Single, [Configuration], "Raises Max Threads of the information store", "sets the value back to what it was", Nothing,
            new Argument("value", Number)),
        Action("service.kill", Impact.Disruptive, Scope.Single, [StopsService], "Ends the process of a wedged mail service; never the store's", null, "leaves it stopped", new Argument("service", Service)),
        Action("mail.search", Impact.Disruptive, Scope.Bounded, [Items, Files, Holds, StopsService, StartsService, DisconnectsUsers], "Holds the mail in In, returns all but the suspects, starts, watches",
            "puts all held mail back, proved by hash", "finishes the move and leaves the service up on mail shown safe, suspects held",
            new Argument("starts", Number), new Argument("store-crashes", Number), new Argument("minutes", Number),
            new Argument("volume", ArgumentKind.Path, Required: false), new Argument("continues", Text, Required: false)),
        Action("mail.hold", Impact.Disruptive, Scope.Bounded, [Items, Files, Holds, StopsService], "Holds the mail in In or Out aside and sets Queue.dat aside",
            "puts it back, proved by hash", "finishes the move", new Argument("folder", Text), new Argument("volume", ArgumentKind.Path, Required: false)),
        Action("mail.return", Impact.Disruptive, Scope.Bounded, [Items, Files, StopsService], "Returns held mail to the folder it came from, checked by hash", null, "finishes the move",
            new Argument("question", Text), new Argument("messages", Numbers, Required: false)),
        Action("mail.replay", Impact.Disruptive, Scope.Bounded, [Items, Files, StopsService], "Returns mail that lies undelivered in In\\Archive (4117) to In", null, "finishes the move"),
        Action("mail.delete", Impact.Destructive, Scope.Listed, [Items, Deletes], "Deletes held messages for good, by their owner's decision", null, Nothing,
            new Argument("question", Text), new Argument("messages", Numbers), new Argument("held-for", Duration)),
        Action("inbound.pause", Impact.Disruptive, Scope.Single, [Configuration, Holds, StopsService, StartsService], "Stops taking mail from the Internet; outbound mail goes on",
            "takes mail from the Internet again", "leaves it paused until it is taken back", new Argument("service", Service)),
    ];
}

using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>
/// The search for the item that stops a service, and what is done with the items it holds. The ids are older than queues that hold no mail;
/// journals have them.
/// </content>
public static partial class Catalog
{
    public const string ItemsSearch = "mail.search",
        ItemsHold = "mail.hold",
        ItemsReturn = "mail.return",
        ItemsReplay = "mail.replay",
        ItemsDelete = "mail.delete",
        ItemHeaders = "mail.headers";

    /// <summary>The argument of a search that names the kind of queue it works on, see <see cref="QueueKinds"/>.</summary>
    public const string QueueArgument = "queue";

    /// <summary>
    /// The kinds of queues there are, the usual one first: the spool of Exchange finds its folder and its service by itself; a folder is
    /// told them.
    /// </summary>
    public static IReadOnlyList<string> QueueKinds { get; } = ["exchange.spool", "folder", "postfix.queue"];

    /// <summary>
    /// What a queue may be told: whose work lies in it, in which folder, which items are meant (whether one file is one, or all files of
    /// one stem), and the service that they pass through.
    /// </summary>
    public static IReadOnlyList<string> QueueArguments { get; } = ["service", "from", "items", "through"];

    private static IEnumerable<CatalogEntry> Queues =>
        [
            Check(
                    ItemHeaders,
                    "What do the headers of a held message say? For one person's eyes; recipients and bodies stay on the server."
                )
                .Needs("question", Text)
                .Needs("message", Number)
                .As(Purpose.Headers),
            Action(
                    ItemsSearch,
                    "Holds the mail in In, returns all but the suspects, starts, watches",
                    Impact.Disruptive,
                    Scope.Bounded,
                    [Items, Files, Holds, StopsService, StartsService, DisconnectsUsers]
                )
                .Needs("starts", Number)
                .Needs("store-crashes", Number)
                .Needs("minutes", Number)
                .May("volume", ArgumentKind.Path)
                .May("continues", Text)
                .May("queue", Text)
                .May("service", Service)
                .May("from", ArgumentKind.Path)
                .May("items", Text)
                .May("through", Service)
                .TakenBack("puts all held mail back, proved by hash")
                .LeftAlone("finishes the move and leaves the service up on mail shown safe, suspects held")
                .As(Purpose.Search),
            Action(
                    ItemsHold,
                    "Holds the mail in In or Out aside and sets Queue.dat aside",
                    Impact.Disruptive,
                    Scope.Bounded,
                    [Items, Files, Holds, StopsService]
                )
                .Needs("folder", Text)
                .May("volume", ArgumentKind.Path)
                .TakenBack("puts it back, proved by hash")
                .LeftAlone("finishes the move"),
            Action(
                    ItemsReturn,
                    "Returns held mail to the folder it came from, checked by hash",
                    Impact.Disruptive,
                    Scope.Bounded,
                    [Items, Files, StopsService]
                )
                .Needs("question", Text)
                .May("messages", Numbers)
                .LeftAlone("finishes the move")
                .As(Purpose.Return),
            Action(
                    ItemsReplay,
                    "Returns mail that lies undelivered in In\\Archive (4117) to In",
                    Impact.Disruptive,
                    Scope.Bounded,
                    [Items, Files, StopsService]
                )
                .LeftAlone("finishes the move")
                .As(Purpose.Replay),
            Action(
                    ItemsDelete,
                    "Deletes held messages for good, by their owner's decision",
                    Impact.Destructive,
                    Scope.Listed,
                    [Items, Deletes]
                )
                .Needs("question", Text)
                .Needs("messages", Numbers)
                .Needs("held-for", Duration)
                .As(Purpose.Delete),
        ];
}

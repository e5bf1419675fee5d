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
                "What do the headers of a held message say? For one person's eyes; recipients and bodies stay on the server.",
                new Argument("question", Text),
                new Argument("message", Number)
            ) with
            {
                Purpose = Purpose.Headers,
            },
            Action(
                ItemsSearch,
                Impact.Disruptive,
                Scope.Bounded,
                [Items, Files, Holds, StopsService, StartsService, DisconnectsUsers],
                "Holds the mail in In, returns all but the suspects, starts, watches",
                "puts all held mail back, proved by hash",
                "finishes the move and leaves the service up on mail shown safe, suspects held",
                new Argument("starts", Number),
                new Argument("store-crashes", Number),
                new Argument("minutes", Number),
                new Argument("volume", ArgumentKind.Path, Required: false),
                new Argument("continues", Text, Required: false),
                new Argument("queue", Text, Required: false),
                new Argument("service", Service, Required: false),
                new Argument("from", ArgumentKind.Path, Required: false),
                new Argument("items", Text, Required: false),
                new Argument("through", Service, Required: false)
            ) with
            {
                Purpose = Purpose.Search,
            },
            Action(
                ItemsHold,
                Impact.Disruptive,
                Scope.Bounded,
                [Items, Files, Holds, StopsService],
                "Holds the mail in In or Out aside and sets Queue.dat aside",
                "puts it back, proved by hash",
                "finishes the move",
                new Argument("folder", Text),
                new Argument("volume", ArgumentKind.Path, Required: false)
            ),
            Action(
                ItemsReturn,
                Impact.Disruptive,
                Scope.Bounded,
                [Items, Files, StopsService],
                "Returns held mail to the folder it came from, checked by hash",
                null,
                "finishes the move",
                new Argument("question", Text),
                new Argument("messages", Numbers, Required: false)
            ) with
            {
                Purpose = Purpose.Return,
            },
            Action(
                ItemsReplay,
                Impact.Disruptive,
                Scope.Bounded,
                [Items, Files, StopsService],
                "Returns mail that lies undelivered in In\\Archive (4117) to In",
                null,
                "finishes the move"
            ) with
            {
                Purpose = Purpose.Replay,
            },
            Action(
                ItemsDelete,
                Impact.Destructive,
                Scope.Listed,
                [Items, Deletes],
                "Deletes held messages for good, by their owner's decision",
                null,
                Nothing,
                new Argument("question", Text),
                new Argument("messages", Numbers),
                new Argument("held-for", Duration)
            ) with
            {
                Purpose = Purpose.Delete,
            },
        ];
}

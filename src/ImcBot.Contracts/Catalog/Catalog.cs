using System.Text.RegularExpressions;
using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <summary>All checks and actions that bot and relay know, by id.</summary>
public static partial class Catalog
{
    /// <summary>How the ids of commands begin that a relay's policy adds.</summary>
    public const string CommandPrefix = "command.";

    private const string Nothing = "nothing is left half done";

    public static IReadOnlyDictionary<string, CatalogEntry> Entries { get; } = new[]
    {
        Check("service.running", "Is the service running?", new Argument("service", Service)),
        Check("port.answers", "Does the server answer on this TCP port with a greeting?", new Argument("port", Number)),
        Check("events.none", "Has none of these events been written since?", new Argument("ids", Numbers), new Argument("after", Number, Required: false)),
        Check("spool.moving", "Has the first file left In, or is In empty?"),
        Check("disk.free", "Is there enough free space on the volume?", new Argument("path", ArgumentKind.Path), new Argument("at-least", Size)),
        Check("smtp-log.level", "Is the SMTP Protocol Log low enough?", new Argument("at-most", Number), new Argument("folder", ArgumentKind.Path)),
        Check("antivirus.state", "Does antivirus software leave this folder alone?", new Argument("path", ArgumentKind.Path)),
        Check("mail.suspects", "Does the evidence point to a message that stops the store?"),
        Check("threads.value", "Does the information store have enough threads?", new Argument("at-least", Number)),
        Check("file.version", "Is the file's version current?", new Argument("path", ArgumentKind.Path), new Argument("at-least", ArgumentKind.Version)),
        Check("programs.list", "Which programs are installed?"),
        Check("mail.headers", "What do the headers of a held message say? For one person's eyes; recipients and bodies stay on the server.",
            new Argument("question", Text), new Argument("message", Number)),

        Action("recycle-bin.empty", Impact.Destructive, Scope.Listed, [Files, Deletes, GainsSpace], "Empties the recycle bin", null, Nothing, new Argument("volume", ArgumentKind.Path)),
        Action("files.delete", Impact.Destructive, Scope.Listed, [Files, Deletes, GainsSpace], "Deletes files that are no longer needed", null, Nothing,
            new Argument("folder", ArgumentKind.Path), new Argument("pattern", Pattern, Required: false), new Argument("older-than", Duration)),
        Action("imcdata.move", Impact.Disruptive, Scope.Bounded, [Items, Files, Configuration, StopsService, GainsSpace], "Moves the Imcdata folder to another volume",
            "moves it back, with the mail that has arrived since", "finishes the copy and starts the service where RootDir points",
            new Argument("to", ArgumentKind.Path)),
        Action("smtp-log.set", Impact.Reversible, Scope.Single, [Configuration], "Lowers the SMTP Protocol Log", "sets the level back to what it was", Nothing,
            new Argument("level", Number)),
        Action("antivirus.exclude", Impact.Reversible, Scope.Single, [Configuration], "Excludes a folder from antivirus scanning", "removes the exclusion again", Nothing,
            new Argument("path", ArgumentKind.Path)),
        Action("antivirus.pause", Impact.Disruptive, Scope.Single, [StopsService, StartsService], "Pauses antivirus scanning", "starts it again",
            "starts it again at the deadline, with or without the bot", new Argument("service", Service), new Argument("for", Duration)),
        Action("threads.set", Impact.Reversible, Scope.Single, [Configuration], "Raises Max Threads of the information store", "sets the value back to what it was", Nothing,
            new Argument("value", Number)),
        Action("service.start", Impact.Disruptive, Scope.Single, [StartsService], "Starts a service and watches it", "stops it again", "leaves it running",
            new Argument("service", Service)),
        Action("service.restart", Impact.Disruptive, Scope.Single, [StopsService, StartsService, DisconnectsUsers], "Restarts a service and exactly those dependants that ran", null,
            "finishes the start", new Argument("service", Service)),
        Action("service.kill", Impact.Disruptive, Scope.Single, [StopsService], "Ends the process of a wedged mail service; never the store's", null, "leaves it stopped", new Argument("service", Service)),
        Action("service.stop", Impact.Disruptive, Scope.Single, [StopsService, DisconnectsUsers], "Stops a service", "starts it again", "leaves it stopped", new Argument("service", Service)),
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
    }.ToDictionary(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>The entry of an id, or null. A command of a relay's policy counts as the heaviest action there is until that relay's plan says what it is:
    /// only the relay knows its arguments, its impact, what it touches and its undo.</summary>
    public static CatalogEntry? Find(string use) =>
        Entries.GetValueOrDefault(use) ?? (IsCommand(use) ? Action(use, Impact.Destructive, Scope.Single, Traits.Unknown, "Runs a command of the relay's policy", null, Nothing) : null);

    /// <summary>Whether an id can name a command that a local administrator has added in a relay's policy file.</summary>
    public static bool IsCommand(string use) => CommandForm().IsMatch(use);

    /// <summary>What is wrong with a call, as a sentence, or null when it fits its entry. The arguments of a command are judged by its relay.</summary>
    public static string? Refuse(Call call) =>
        Entries.TryGetValue(call.Use, out var entry) ? entry.Refuse(call)
        : !IsCommand(call.Use) ? $"'{call.Use}' is not in the catalog; use one of {string.Join(", ", Entries.Keys.Order(StringComparer.Ordinal))}, or a relay's own {CommandPrefix}NAME."
        : call.With.Values.FirstOrDefault(value => !ArgumentForms.Fits(ArgumentKind.Text, value)) is { } text
            ? $"'{text}' is no argument for '{call.Use}'; write 1 to 256 characters."
        : null;

    private static CatalogEntry Check(string id, string does, params Argument[] arguments) =>
        new(id, 1, Impact.Read, Scope.Single, does, null, Nothing, [], arguments);

    private static CatalogEntry Action(
        string id, Impact impact, Scope scope, IReadOnlyList<Trait> traits, string does, string? undo, string abandoned, params Argument[] arguments) =>
        new(id, 1, impact, scope, does, undo, abandoned, traits, arguments);

    [GeneratedRegex("^command\\.[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex CommandForm();
}

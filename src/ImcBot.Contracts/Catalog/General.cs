using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>What any server has: services, disks, files, events, ports, programs.</content>
public static partial class Catalog
{
    public const string ServiceRunning = "service.running",
        PortAnswers = "port.answers",
        EventsNone = "events.none",
        ProgramsList = "programs.list",
        ServiceStart = "service.start",
        ServiceRestart = "service.restart";

    private static IEnumerable<CatalogEntry> General =>
        [
            Check(ServiceRunning, "Is the service running?", new Argument("service", Service)) with
            {
                Purpose = Purpose.Running,
            },
            Check(PortAnswers, "Does the server answer on this TCP port with a greeting?", new Argument("port", Number)) with
            {
                Purpose = Purpose.Answers,
            },
            Check(
                EventsNone,
                "Has none of these events been written since?",
                new Argument("ids", Numbers),
                new Argument("after", Number, Required: false),
                new Argument("source", Text, Required: false)
            ),
            Check(
                "disk.free",
                "Is there enough free space on the volume?",
                new Argument("path", ArgumentKind.Path),
                new Argument("at-least", Size)
            ),
            Check("antivirus.state", "Does antivirus software leave this folder alone?", new Argument("path", ArgumentKind.Path)),
            Check(
                "file.version",
                "Is the file's version current?",
                new Argument("path", ArgumentKind.Path),
                new Argument("at-least", ArgumentKind.Version)
            ),
            Check(ProgramsList, "Which programs are installed?"),
            Action(
                "recycle-bin.empty",
                Impact.Destructive,
                Scope.Listed,
                [Files, Deletes, GainsSpace],
                "Empties the recycle bin",
                null,
                Nothing,
                new Argument("volume", ArgumentKind.Path)
            ),
            Action(
                "files.delete",
                Impact.Destructive,
                Scope.Listed,
                [Files, Deletes, GainsSpace],
                "Deletes files that are no longer needed",
                null,
                Nothing,
                new Argument("folder", ArgumentKind.Path),
                new Argument("pattern", Pattern, Required: false),
                new Argument("older-than", Duration)
            ),
            Action(
                "antivirus.exclude",
                Impact.Reversible,
                Scope.Single,
                [Configuration],
                "Excludes a folder from antivirus scanning",
                "removes the exclusion again",
                Nothing,
                new Argument("path", ArgumentKind.Path)
            ),
            Action(
                "antivirus.pause",
                Impact.Disruptive,
                Scope.Single,
                [StopsService, StartsService],
                "Pauses antivirus scanning",
                "starts it again",
                "starts it again at the deadline, with or without the bot",
                new Argument("service", Service),
                new Argument("for", Duration)
            ),
            Action(
                ServiceStart,
                Impact.Disruptive,
                Scope.Single,
                [StartsService],
                "Starts a service and watches it",
                "stops it again",
                "leaves it running",
                new Argument("service", Service)
            ) with
            {
                Purpose = Purpose.Start,
            },
            Action(
                ServiceRestart,
                Impact.Disruptive,
                Scope.Single,
                [StopsService, StartsService, DisconnectsUsers],
                "Restarts a service and exactly those dependants that ran",
                null,
                "finishes the start",
                new Argument("service", Service)
            ) with
            {
                Purpose = Purpose.Restart,
            },
            Action(
                "service.stop",
                Impact.Disruptive,
                Scope.Single,
                [StopsService, DisconnectsUsers],
                "Stops a service",
                "starts it again",
                "leaves it stopped",
                new Argument("service", Service)
            ),
        ];
}

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
            Check(ServiceRunning, "Is the service running?").Needs("service", Service).As(Purpose.Running),
            Check(PortAnswers, "Does the server answer on this TCP port with a greeting?").Needs("port", Number).As(Purpose.Answers),
            Check(EventsNone, "Has none of these events been written since?")
                .Needs("ids", Numbers)
                .May("after", Number)
                .May("source", Text),
            Check("disk.free", "Is there enough free space on the volume?").Needs("path", ArgumentKind.Path).Needs("at-least", Size),
            Check("antivirus.state", "Does antivirus software leave this folder alone?").Needs("path", ArgumentKind.Path),
            Check("file.version", "Is the file's version current?")
                .Needs("path", ArgumentKind.Path)
                .Needs("at-least", ArgumentKind.Version),
            Check(ProgramsList, "Which programs are installed?"),
            Action("recycle-bin.empty", "Empties the recycle bin", Impact.Destructive, Scope.Listed, [Files, Deletes, GainsSpace])
                .Needs("volume", ArgumentKind.Path),
            Action(
                    "files.delete",
                    "Deletes files that are no longer needed",
                    Impact.Destructive,
                    Scope.Listed,
                    [Files, Deletes, GainsSpace]
                )
                .Needs("folder", ArgumentKind.Path)
                .May("pattern", Pattern)
                .Needs("older-than", Duration),
            Action("antivirus.exclude", "Excludes a folder from antivirus scanning", Impact.Reversible, Scope.Single, [Configuration])
                .Needs("path", ArgumentKind.Path)
                .TakenBack("removes the exclusion again"),
            Action("antivirus.pause", "Pauses antivirus scanning", Impact.Disruptive, Scope.Single, [StopsService, StartsService])
                .Needs("service", Service)
                .Needs(CallArguments.For, Duration)
                .TakenBack("starts it again")
                .LeftAlone("starts it again at the deadline, with or without the bot"),
            Action(ServiceStart, "Starts a service and watches it", Impact.Disruptive, Scope.Single, [StartsService])
                .Needs("service", Service)
                .TakenBack("stops it again")
                .LeftAlone("leaves it running")
                .As(Purpose.Start),
            Action(
                    ServiceRestart,
                    "Restarts a service and exactly those dependants that ran",
                    Impact.Disruptive,
                    Scope.Single,
                    [StopsService, StartsService, DisconnectsUsers]
                )
                .Needs("service", Service)
                .LeftAlone("finishes the start")
                .As(Purpose.Restart),
            Action("service.stop", "Stops a service", Impact.Disruptive, Scope.Single, [StopsService, DisconnectsUsers])
                .Needs("service", Service)
                .TakenBack("starts it again")
                .LeftAlone("leaves it stopped"),
        ];
}

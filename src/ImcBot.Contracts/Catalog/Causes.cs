using static ImcBot.Contracts.ArgumentKind;
using static ImcBot.Contracts.Trait;

namespace ImcBot.Contracts;

/// <content>Why any service is down or does not answer, and what gives it room, its settings or its files back.</content>
public static partial class Catalog
{
    public const string HttpAnswers = "http.answers",
        ServiceWanted = "service.wanted",
        ServiceWhy = "service.why",
        ServiceNeeds = "service.needs",
        ServiceReload = "service.reload",
        ConfigChecks = "config.checks",
        FilesExpire = "files.expire",
        JournalVacuum = "journal.vacuum";

    private static IEnumerable<CatalogEntry> Causes =>
        [
            Check(ServiceWanted, "Is the service meant to run now?", new Argument("service", Service)),
            Check(ServiceWhy, "Did the service end as it should, and what did it say last?", new Argument("service", Service)),
            Check(
                ServiceNeeds,
                "Has the service what it needs: other services, mounts, its port?",
                new Argument("service", Service),
                new Argument("port", Number, Required: false)
            ),
            Check(ConfigChecks, "Does the service take its own settings, as the policy's test says?", new Argument("service", Service)),
            Check(
                HttpAnswers,
                "Does this address answer, with this status where one is named, while the service runs that is named? Without an address: "
                    + "does anything listen on this port?",
                new Argument("url", Text, Required: false),
                new Argument("status", Number, Required: false),
                new Argument("service", Service, Required: false),
                new Argument("port", Number, Required: false)
            ) with
            {
                Purpose = Purpose.Answers,
            },
            Check(
                "certificate.valid",
                "Is the certificate in this file, or at this port, valid for long enough?",
                new Argument("at-least", Duration),
                new Argument("file", ArgumentKind.Path, Required: false),
                new Argument("port", Number, Required: false),
                new Argument("name", Text, Required: false)
            ),
            Check(
                "certificate.shown",
                "Does this port show the certificate that is in this file?",
                new Argument("file", ArgumentKind.Path),
                new Argument("port", Number, Required: false)
            ),
            Check(
                "inodes.free",
                "Can the volume take enough more files?",
                new Argument("path", ArgumentKind.Path),
                new Argument("at-least", Number)
            ),
            Check(
                "disk.top",
                "What takes the space here, and would so much be free if processes let go of deleted files?",
                new Argument("path", ArgumentKind.Path),
                new Argument("at-least", Size)
            ),
            Check(
                "file.age",
                "Is the newest of these files young enough?",
                new Argument("path", ArgumentKind.Path),
                new Argument("pattern", Pattern, Required: false),
                new Argument("at-most", Duration)
            ),
            Check("log.kinds", "Has the service logged no errors lately, and which kinds of lines?", new Argument("service", Service)),
            Action(
                ServiceReload,
                Impact.Disruptive,
                Scope.Single,
                [Configuration],
                "Has a running service read its settings again",
                null,
                Nothing,
                new Argument("service", Service)
            ) with
            {
                Purpose = Purpose.Reload,
            },
            Action(
                FilesExpire,
                Impact.Disruptive,
                Scope.Listed,
                [Files, Deletes, GainsSpace],
                "Deletes what the relay's policy lists as disposable, once it is old enough",
                null,
                Nothing,
                new Argument("path", ArgumentKind.Path)
            ),
            Action(
                JournalVacuum,
                Impact.Disruptive,
                Scope.Single,
                [Files, Deletes, GainsSpace],
                "Shrinks the system's journal to a size; its oldest entries go",
                null,
                Nothing,
                new Argument("keep", Size)
            ),
        ];
}

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
            Check(ServiceWanted, "Is the service meant to run now?").Needs("service", Service),
            Check(ServiceWhy, "Did the service end as it should, and what did it say last?").Needs("service", Service),
            Check(ServiceNeeds, "Has the service what it needs: other services, mounts, its port?")
                .Needs("service", Service)
                .May("port", Number),
            Check(ConfigChecks, "Does the service take its own settings, as the policy's test says?").Needs("service", Service),
            Check(
                    HttpAnswers,
                    "Does this address answer, with this status where one is named, while the service runs that is named? Without an "
                        + "address: does anything listen on this port?"
                )
                .May("url", Text)
                .May("status", Number)
                .May("service", Service)
                .May("port", Number)
                .As(Purpose.Answers),
            Check("certificate.valid", "Is the certificate in this file, or at this port, valid for long enough?")
                .Needs("at-least", Duration)
                .May("file", ArgumentKind.Path)
                .May("port", Number)
                .May("name", Text),
            Check("certificate.shown", "Does this port show the certificate that is in this file?")
                .Needs("file", ArgumentKind.Path)
                .May("port", Number),
            Check("inodes.free", "Can the volume take enough more files?").Needs("path", ArgumentKind.Path).Needs("at-least", Number),
            Check("disk.top", "What takes the space here, and would so much be free if processes let go of deleted files?")
                .Needs("path", ArgumentKind.Path)
                .Needs("at-least", Size),
            Check("file.age", "Is the newest of these files young enough?")
                .Needs("path", ArgumentKind.Path)
                .May("pattern", Pattern)
                .Needs("at-most", Duration),
            Check("log.kinds", "Has the service logged no errors lately, and which kinds of lines?").Needs("service", Service),
            Action(ServiceReload, "Has a running service read its settings again", Impact.Disruptive, Scope.Single, [Configuration])
                .Needs("service", Service)
                .As(Purpose.Reload),
            Action(
                    FilesExpire,
                    "Deletes what the relay's policy lists as disposable, once it is old enough",
                    Impact.Disruptive,
                    Scope.Listed,
                    [Files, Deletes, GainsSpace]
                )
                .Needs("path", ArgumentKind.Path),
            Action(
                    JournalVacuum,
                    "Shrinks the system's journal to a size; its oldest entries go",
                    Impact.Disruptive,
                    Scope.Single,
                    [Files, Deletes, GainsSpace]
                )
                .Needs("keep", Size),
        ];
}

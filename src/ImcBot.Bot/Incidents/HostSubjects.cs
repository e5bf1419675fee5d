using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>A subject of a host with its runbook.</summary>
/// <param name="Runbook">As it is walked for this subject.</param>
/// <param name="IsOneOfSeveral">The host has subjects of other names.</param>
internal sealed record HostSubject(Subject Subject, Runbook Runbook, bool IsOneOfSeveral)
{
    public string Name => Subject.Name;
}

/// <summary>
/// What the runbooks are about on one host: what its relay lists, else every runbook that needs no subject, named by its service.
/// </summary>
internal sealed class HostSubjects
{
    private HostSubjects(IReadOnlyList<HostSubject> all, IReadOnlyList<string> problems)
    {
        (All, Problems) = (all, problems);
        Watches = [.. all.GroupBy(one => one.Runbook.Service, (service, ones) => WatchOf(service, [.. ones.Select(one => one.Runbook)]))];
        WatchesDigest = WatchedService.DigestOf(Watches);
    }

    public IReadOnlyList<HostSubject> All { get; }

    /// <summary>Why something that the relay lists is not served, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>What the relay looks out for on behalf of them.</summary>
    public IReadOnlyList<WatchedService> Watches { get; }

    /// <summary>See <see cref="WatchedService.DigestOf"/>.</summary>
    public string WatchesDigest { get; }

    /// <param name="listed">What the relay's settings list; null where they list nothing.</param>
    public static HostSubjects Of(IReadOnlyList<Subject>? listed, IReadOnlyList<Runbook> runbooks) =>
        listed is null
            ? Of(
                [
                    .. runbooks
                        .Where(runbook => runbook.StandsAlone())
                        .Select(runbook => (new Subject(runbook.Service, runbook.Id), runbook)),
                ],
                []
            )
            : Listed(listed, runbooks);

    /// <summary>The subject that a person means by its name or its runbook's id, or the only one.</summary>
    /// <exception cref="KeyNotFoundException">It is not clear which is meant, or nobody may open one by hand; the message says so in a
    /// sentence.</exception>
    public HostSubject Meant(string host, string? word)
    {
        HostSubject[] meant =
            word is null ? [.. All]
            : All.Where(one => Is(one.Name, word)).ToArray() is { Length: > 0 } named ? named
            : [.. All.Where(one => Is(one.Runbook.Id, word))];
        HostSubject[] open = [.. meant.Where(one => one.Runbook.IsManual)];
        return (meant, open) switch
        {
            (_, [var only]) => only,
            ([], _) => throw new KeyNotFoundException(
                All.Count == 0
                    ? $"No runbook of this bot is about anything on {host}."
                    : $"Nothing on {host} and no runbook is called '{word}'. There is {Choices(host, All)}."
            ),
            (_, []) => throw new KeyNotFoundException(
                $"{string.Join(" and ", meant.Select(one => one.Runbook.Id).Distinct(StringComparer.Ordinal))} is not opened by "
                    + "hand: its 'opens-on' does not say 'manual: true'."
            ),
            _ => throw new KeyNotFoundException($"Several are here. Say which: {Choices(host, open)}."),
        };
    }

    /// <summary>
    /// A runbook, which the bot need not have, as it would be walked on this host, and the subject it would be walked for.
    /// </summary>
    /// <param name="name">Which subject; null where only one has this runbook.</param>
    /// <exception cref="KeyNotFoundException">It is not clear which is meant, or none has it; the message says so in a
    /// sentence.</exception>
    public static (string Subject, Runbook Runbook) Tried(string host, IReadOnlyList<Subject>? listed, string? name, Runbook runbook)
    {
        var those = (listed ?? []).Where(subject => Is(subject.Runbook, runbook.Id) && (name is null || Is(subject.Name, name))).ToList();
        return (listed, those) switch
        {
            (null, _) when name is not null => throw new KeyNotFoundException($"The relay of {host} lists no subjects in its settings."),
            (null, _) when runbook.StandsAlone() => (runbook.Service, runbook.For(new Subject(runbook.Service, runbook.Id))),
            (_, []) => throw new KeyNotFoundException(
                $"The relay of {host} lists no subject{(name is null ? "" : $" '{name}'")} of runbook {runbook.Id} in its settings."
            ),
            (_, [var only]) => Binding.Problems(runbook, only) is { Count: > 0 } problems
                ? throw new KeyNotFoundException(string.Join(' ', problems))
                : (only.Name, runbook.For(only)),
            _ => throw new KeyNotFoundException(
                $"Several subjects of {host} have runbook {runbook.Id}; say which with --subject: "
                    + $"{string.Join(", ", those.Select(one => one.Name))}."
            ),
        };
    }

    private static WatchedService WatchOf(string service, IReadOnlyList<Runbook> runbooks)
    {
        WatchedUrl[] urls =
        [
            .. runbooks
                .SelectMany(runbook =>
                    runbook
                        .Outages.Where(opens => opens.Kind is OutageKind.UrlSilent && runbook.Url is not null)
                        .Select(opens => new WatchedUrl(runbook.Url!, opens.Seconds))
                )
                .GroupBy(watched => watched.Url, StringComparer.Ordinal)
                .Select(same => same.MinBy(watched => watched.SilentSeconds)!),
        ];
        return new(
            service,
            [.. runbooks.SelectMany(runbook => runbook.OpensOn).Select(opens => opens.Watched).Distinct()],
            runbooks
                .SelectMany(runbook => runbook.Outages)
                .Where(opens => opens.Kind is OutageKind.ServiceDown)
                .Min(opens => (int?)opens.Seconds),
            urls.Length == 0 ? null : urls
        );
    }

    private static string Choices(string host, IReadOnlyList<HostSubject> ones) =>
        string.Join(
            ", ",
            ones.Select(one =>
                $"'open {host} {(ones.Count(other => other.Name == one.Name) == 1 ? one.Name : one.Runbook.Id)}' ({one.Runbook.Title})"
            )
        );

    private static bool Is(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static HostSubjects Listed(IReadOnlyList<Subject> listed, IReadOnlyList<Runbook> runbooks)
    {
        var (served, problems) = (new List<(Subject, Runbook)>(), new List<string>());
        foreach (var subject in listed.DistinctBy(subject => subject.Name, StringComparer.OrdinalIgnoreCase))
        {
            var runbook = runbooks.FirstOrDefault(one => Is(one.Id, subject.Runbook));
            IReadOnlyList<string> wrong = runbook is null
                ? [$"there is no runbook '{subject.Runbook}' here."]
                : Binding.Problems(runbook, subject);
            if (wrong.Count == 0)
            {
                served.Add((subject, runbook!));
            }

            problems.AddRange(wrong.Select(problem => $"its subject '{subject.Name}' is not served: {problem}"));
        }

        return Of(served, problems);
    }

    private static HostSubjects Of(IReadOnlyList<(Subject Subject, Runbook Runbook)> served, IReadOnlyList<string> problems)
    {
        var isOneOfSeveral = served.Select(one => one.Subject.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1;
        return new([.. served.Select(one => new HostSubject(one.Subject, one.Runbook.For(one.Subject), isOneOfSeveral))], problems);
    }
}

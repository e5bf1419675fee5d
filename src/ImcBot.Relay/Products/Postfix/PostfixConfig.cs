using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// What <c>postfix check</c> does not see: settings that daemons end on, told by the log since the settings were written last; map files
/// that are missing or older than what they are made of; copies in the chroot that are not what they are copies of. Data: <c>wrong</c>, a
/// line each.
/// </summary>
internal sealed partial class PostfixConfig : ICheck
{
    public const string Use = "postfix.config";

    private const int Lines = 500;

    private static readonly string[] Kinds =
        ["postfix.settings", LineKinds.Throttled, "postfix.program", "postfix.map", "postfix.certificate"],
        Jailed = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services"];

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        List<string> wrong =
        [
            .. await LoggedAsync(instance, cancellationToken),
            .. await MapsAsync(instance, cancellationToken),
            .. await JailAsync(instance, cancellationToken),
        ];
        return Finding.Of(
            Finding.When(wrong.Count == 0),
            wrong.Count == 0
                ? $"Nothing is wrong with the settings in {instance.Config}, as far as its log, maps and chroot tell."
                : $"{string.Join(" ", wrong.Take(3))}",
            ("wrong", string.Join('\n', wrong.Take(20)))
        );
    }

    private static async Task<IEnumerable<string>> LoggedAsync(PostfixInstance instance, CancellationToken cancellationToken)
    {
        var site = instance.Site;
        var written = (await site.Host.Files.ListAsync(instance.Config, "m*.cf", recursive: false, cancellationToken) ?? []).Max(file =>
            (long?)file.Modified
        );
        // A line has whole seconds.
        var lines = (await site.LastEventsAsync(instance.Service, Lines, cancellationToken))
            .Where(entry => entry.At >= (written ?? 0) - 1_000_000)
            .Select(entry => (site.Read(entry).Kind, Text: LogText.Of(entry.Message, entry.Category)))
            .Where(line => line is { Kind: not null, Text: not null })
            .ToList();
        var starved = lines
            .Where(line => line.Kind is LineKinds.NoSpace)
            .Select(line => line.Text!.Daemon)
            .ToHashSet(StringComparer.Ordinal);
        return lines
            .Where(line => Kinds.Contains(line.Kind, StringComparer.Ordinal) && !IsStarved(line.Kind, line.Text!.Own))
            .GroupBy(line => line.Text!.Own, StringComparer.Ordinal)
            .OrderByDescending(said => said.Count())
            .Select(said => $"Its log says {Words.Count(said.Count(), "time")}: {said.Key}.");

        // A daemon that ends for want of space or files is throttled as well, and no setting is to blame.
        bool IsStarved(string? kind, string said) =>
            kind is LineKinds.Throttled && starved.Any(daemon => said.Contains($"/{daemon}: ", StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> MapsAsync(PostfixInstance instance, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var files = instance.Site.Host.Files;
        var paths = instance.Site.Host.Paths;
        var settings = await instance.AskAsync(instance.Program("postconf", "-x", "-n"), cancellationToken);
        var aliases = Aliases()
            .Matches(settings)
            .SelectMany(line => Map().Matches(line.Value))
            .Select(map => map.Value)
            .ToHashSet(StringComparer.Ordinal);
        foreach (Match map in Map().Matches(settings))
        {
            var source = map.Groups[2].Value;
            var made =
                source
                + (
                    map.Groups[1].Value is "lmdb" ? ".lmdb"
                    : map.Groups[1].Value is "cdb" ? ".cdb"
                    : ".db"
                );
            // Without what it is made of it is a cache, which a daemon makes by itself, or the log tells that it cannot be read.
            if (await FileAsync(source) is { } from && await FileAsync(made) is var to && (to is null || from.Modified > to.Modified))
            {
                wrong.Add(
                    $"{made} is {(to is null ? "not there" : $"older than {source}")}; "
                        + $"{(aliases.Contains(map.Value) ? "postalias" : "postmap")} {map.Value} makes it."
                );
            }
        }

        return wrong.Distinct(StringComparer.Ordinal);

        async Task<FileEntry?> FileAsync(string path) =>
            await files.ListAsync(paths.Folder(path), paths.Name(path), recursive: false, cancellationToken) is [var file, ..]
                ? file
                : null;
    }

    /// <summary>Only where a daemon runs in the chroot, and only files that are there: Debian's start script copies them.</summary>
    private static async Task<IEnumerable<string>> JailAsync(PostfixInstance instance, CancellationToken cancellationToken)
    {
        var services = await instance.AskAsync(instance.Program("postconf", "-M"), cancellationToken);
        if (!Chrooted().IsMatch(services))
        {
            return [];
        }

        var jail = await instance.QueueAsync(cancellationToken);
        var wrong = new List<string>();
        foreach (var file in Jailed)
        {
            if (await instance.Site.Host.Files.FindAsync(file, cancellationToken) is { } here)
            {
                var there = await instance.Site.Host.Files.FindAsync(jail + file, cancellationToken);
                if (there is null || !here.AsSpan().SequenceEqual(there))
                {
                    wrong.Add(
                        $"{jail}{file}, which daemons in the chroot read, is {(there is null ? "not there" : $"another than {file}")}."
                    );
                }
            }
        }

        return wrong;
    }

    /// <summary>Files in the form of aliases(5), which postmap(1) would read wrongly.</summary>
    [GeneratedRegex("^alias_(?:maps|database) = .*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Aliases();

    [GeneratedRegex(@"\b(hash|btree|lmdb|cdb):(/[^\s,}]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Map();

    /// <summary>The fifth column of master(5) is y.</summary>
    [GeneratedRegex(@"^\S+\s+\S+\s+\S+\s+\S+\s+y\s", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Chrooted();
}

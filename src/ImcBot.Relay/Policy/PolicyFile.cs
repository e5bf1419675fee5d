using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Yaml;

namespace ImcBot.Relay.Policy;

/// <summary>
/// Reads the policy file, strictly: a key that is not known, a wrong type or a value out of its range refuses the whole file.
/// </summary>
internal static class PolicyFile
{
    /// <summary>No file at all is a policy too: read only. Throws <see cref="PolicyException"/> with every error and its line.</summary>
    /// <param name="paths">How the server that the policy is for spells its paths.</param>
    public static RelayPolicy ReadOrReadOnly(string path, PathGrammar paths)
    {
        if (!File.Exists(path))
        {
            return RelayPolicy.ReadOnly with { Paths = paths };
        }

        if (
            !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None
        )
        {
            throw new PolicyException(path, [new(0, "Others than its owner can write this file; take that right away: chmod go-w.")]);
        }

        return Read(path, paths);
    }

    public static RelayPolicy Read(string path, PathGrammar paths)
    {
        try
        {
            return Read(File.ReadAllBytes(path), path, paths);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException(path, [new(0, exception.Message)]);
        }
    }

    public static RelayPolicy Read(byte[] bytes, string path, PathGrammar paths)
    {
        var problems = new List<YamlProblem>();
        var policy = YamlMapping.Read(bytes, "policy", problems) is { } root ? Read(root, ContentDigest.Of(bytes), paths, problems) : null;
        return policy is not null && problems.Count == 0
            ? policy
            : throw new PolicyException(path, [.. problems.OrderBy(problem => problem.Line)]);
    }

    private static RelayPolicy Read(YamlMapping root, string digest, PathGrammar paths, List<YamlProblem> problems)
    {
        var commands = PolicyCommands.Read(root, problems);
        bool IsKnown(string id) =>
            Catalog.Entries.TryGetValue(id, out var entry) ? !entry.IsCheck : commands.Any(command => command.Id == id);

        var off = root.Texts("off");
        problems.AddRange(off.Where(id => !IsKnown(id.Text)).Select(id => new YamlProblem(id.Line, NoAction(id.Text))));
        var raised = root.Pairs("impact");
        problems.AddRange(raised.Where(pair => !IsKnown(pair.Name)).Select(pair => new YamlProblem(pair.Line, NoAction(pair.Name))));
        problems.AddRange(
            raised.Where(pair => ImpactOf(pair.Value) is null).Select(pair => new YamlProblem(pair.Line, NoImpact(pair.Value)))
        );
        problems.AddRange(
            raised
                .Where(pair =>
                    ImpactOf(pair.Value) is { } impact && Catalog.Entries.TryGetValue(pair.Name, out var entry) && impact < entry.Impact
                )
                .Select(pair => new YamlProblem(
                    pair.Line,
                    $"'{pair.Name}' is {RelayPolicy.Word(Catalog.Entries[pair.Name].Impact)} in the catalog; a policy may only raise that."
                ))
        );

        var folders = root.Texts("folders");
        problems.AddRange(
            folders
                .Select(folder => (folder.Line, Wrong: paths.MalformedAfterName(folder.Text)))
                .Where(folder => folder.Wrong is not null)
                .Select(folder => new YamlProblem(folder.Line, folder.Wrong!))
        );
        var services = PolicyServices.Read(root, paths, problems);

        var highest = root.Text("highest-impact");
        if (highest.Length > 0 && ImpactOf(highest) is null)
        {
            root.Refuse(NoImpact(highest), "highest-impact");
        }

        var policy = new RelayPolicy(digest, ImpactOf(highest) ?? Impact.Read, root.Flag("shadow"))
        {
            Off = off.Select(id => id.Text).ToHashSet(StringComparer.Ordinal),
            Raised = raised
                .DistinctBy(pair => pair.Name)
                .ToDictionary(pair => pair.Name, pair => ImpactOf(pair.Value) ?? Impact.Destructive, StringComparer.Ordinal),
            Folders = [.. folders.Select(folder => folder.Text)],
            Services = [.. services.Select(service => service.Name)],
            Values = [.. root.Mappings("registry").Select(ReadValue)],
            StartsPerHour = root.Number("starts-per-hour", 0, 60, 10),
            CrashesPerIncident = root.Number("store-crashes-per-incident", 1, 60, 6),
            Commands = commands,
            Paths = paths,
            Described = services,
            Urls = ReadUrls(root, problems),
            Disposable = [.. root.Mappings("disposable").Select(node => ReadDisposable(node, paths))],
        };
        root.Finish();
        return policy;
    }

    /// <summary>An impact by its word; null for any other word.</summary>
    internal static Impact? ImpactOf(string word) =>
        word switch
        {
            "read" => Impact.Read,
            "reversible" => Impact.Reversible,
            "disruptive" => Impact.Disruptive,
            "destructive" => Impact.Destructive,
            _ => null,
        };

    internal static string NoImpact(string word) => $"'{word}' is no impact; use read, reversible, disruptive or destructive.";

    private static List<Uri> ReadUrls(YamlMapping root, List<YamlProblem> problems)
    {
        List<Uri> urls = [];
        foreach (var (text, line) in root.Texts("urls"))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", PathAndQuery: "/" })
            {
                urls.Add(url);
            }
            else
            {
                problems.Add(new(line, $"'{text}' is no address; write it like https://web.example.com:8443, without a path."));
            }
        }

        return urls;
    }

    private static Disposable ReadDisposable(YamlMapping node, PathGrammar paths)
    {
        var (folder, pattern) = (node.Text("folder"), node.TextOrNull("pattern") ?? Disposable.Everything);
        if (folder.Length > 0 && paths.MalformedAfterName(folder) is { } wrong)
        {
            node.Refuse(wrong, "folder");
        }

        if (!ArgumentForms.Fits(ArgumentKind.Pattern, pattern))
        {
            node.Refuse($"'{pattern}' is no pattern of file names; write it like *.log.", "pattern");
        }

        if (!ArgumentForms.TryDuration(node.Text("older-than"), out var age))
        {
            node.Refuse("'older-than' must be an age such as 1d, 2h or 30min.", "older-than");
        }

        node.Finish();
        return new(folder, pattern, age);
    }

    private static AllowedValue ReadValue(YamlMapping node)
    {
        var value = new AllowedValue(node.Text("key").TrimEnd('\\'), node.Text("value"));
        if (!value.Key.StartsWith(@"HKLM\", StringComparison.OrdinalIgnoreCase) || value.Key.Contains('*', StringComparison.Ordinal))
        {
            node.Refuse(@"'key' must be one key of HKLM in full, such as HKLM\SYSTEM\CurrentControlSet\Services\NAME\Parameters.", "key");
        }

        node.Finish();
        return value;
    }

    private static string NoAction(string id) => $"'{id}' is no action of this relay's catalog.";
}

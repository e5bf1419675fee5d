using System.Text.Json.Nodes;

namespace ImcBot.Lab.Drills;

/// <summary>The bot's exported transcript (JSON Lines, one journal entry each), read as anybody could read it.</summary>
internal sealed class Transcript
{
    private static readonly Dictionary<string, string> Causes = new(StringComparer.Ordinal)
    {
        ["disk.free"] = "disk", ["smtp-log.level"] = "log", ["antivirus.state"] = "antivirus", ["mail.suspects"] = "message", ["threads.value"] = "threads", ["file.version"] = "build",
    };

    private static readonly Dictionary<string, string> Steps = new(StringComparer.Ordinal)
    {
        ["recycle-bin.empty"] = "disk-space", ["files.delete"] = "disk-space", ["imcdata.move"] = "disk-space", ["smtp-log.set"] = "smtp-log",
        ["antivirus.exclude"] = "antivirus", ["antivirus.pause"] = "antivirus", ["mail.search"] = "message", ["threads.set"] = "threads", ["service.start"] = "start",
    };

    private readonly IReadOnlyList<JsonObject> _entries;

    private Transcript(string path, IReadOnlyList<JsonObject> entries) => (Path, _entries) = (path, entries);

    public string Path { get; }

    public static Transcript Read(string path) =>
        new(path, [.. File.ReadLines(path).Select(line => JsonNode.Parse(line)!).Where(line => line["entry"] is JsonObject).Select(Entry)]);

    /// <summary>The runs that may have changed something: each belongs to a question that somebody approved.</summary>
    public IReadOnlySet<string> GrantedRuns()
    {
        var approved = Votes("approve").Select(vote => vote["question"]!.ToString()).ToHashSet(StringComparer.Ordinal);
        return Effects("runAction").Select(run => run["run"]!.ToString()).Where(run => approved.Contains(run.Split('#')[0])).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The approved run that was under way at a time, or null. There is one at most.</summary>
    public string? RunAt(long at)
    {
        var granted = GrantedRuns();
        string? run = null;
        foreach (var entry in _entries.Where(entry => entry["at"]!.GetValue<long>() <= at))
        {
            if (entry["fact"] is { } fact && fact["$type"]?.ToString() == "acted" && fact["report"]?["run"]?.ToString() == run)
                run = null;
            run = Started(entry).LastOrDefault(granted.Contains) ?? run;
        }

        return run;
    }

    public int Approvals => Votes("approve").Count();

    public int Rounds => Effects("runAction").Count(run => run["order"]?["kind"]?.ToString() == "return");

    /// <summary>The steps whose remedies were offered, in order; <c>start</c> where nothing but a start was.</summary>
    public IReadOnlyList<string> StepsWalked => [.. Effects("makePlan").SelectMany(plan => Uses(plan["remedy"])).Select(use => Steps.GetValueOrDefault(use, use)).Distinct()];

    /// <summary>What any check found.</summary>
    public IReadOnlyList<string> CausesFound
    {
        get
        {
            var asked = Effects("runCheck").DistinctBy(check => check["run"]!.ToString()).ToDictionary(check => check["run"]!.ToString(), check => check["check"]!["use"]!.ToString());
            return [.. Facts("checked").Select(fact => fact["report"]!).Where(report => report["verdict"]?.ToString() == "finding")
                .Select(report => Causes.GetValueOrDefault(asked.GetValueOrDefault(report["run"]!.ToString(), ""))).OfType<string>().Distinct()];
        }
    }

    // A fact too large for its entry stands beside it.
    private static JsonObject Entry(JsonNode line)
    {
        var entry = line["entry"]!.DeepClone().AsObject();
        entry["fact"] ??= line["fact"]?.DeepClone();
        return entry;
    }

    private static IEnumerable<string> Started(JsonObject entry) =>
        ((JsonArray)entry["effects"]!).OfType<JsonObject>().Where(effect => effect["$type"]?.ToString() == "runAction").Select(effect => effect["run"]!.ToString());

    private IEnumerable<JsonObject> Votes(string answer) => _entries
        .Where(entry => entry["declined"] is null).Select(entry => entry["fact"]).OfType<JsonObject>()
        .Where(fact => fact["$type"]?.ToString() == "voted" && fact["answer"]?.ToString() == answer);

    private IEnumerable<JsonObject> Facts(string kind) => _entries.Select(entry => entry["fact"]).OfType<JsonObject>().Where(fact => fact["$type"]?.ToString() == kind);

    private IEnumerable<JsonObject> Effects(string kind) => _entries.SelectMany(entry => (JsonArray)entry["effects"]!).OfType<JsonObject>().Where(effect => effect["$type"]?.ToString() == kind);

    private static IEnumerable<string> Uses(JsonNode? remedy) =>
        new[] { "rungs", "riders" }.SelectMany(part => remedy?[part] as JsonArray ?? []).Select(call => call?["use"]?.ToString()).OfType<string>().DefaultIfEmpty("service.start");
}

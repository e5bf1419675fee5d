using System.Text;
using System.Text.Json.Nodes;

namespace ImcBot.Lab.Drills;

/// <summary>The bot's exported transcript (JSON Lines, one journal entry each), read as anybody could read it.</summary>
internal sealed class Transcript
{
    /// <summary>What a drill calls the cause that a step looks for, where that is not the step's own name.</summary>
    private static readonly Dictionary<string, string> Causes = new(StringComparer.Ordinal)
    {
        ["disk-space"] = "disk",
        ["smtp-log"] = "log",
        ["store-build"] = "build",
    };

    private readonly IReadOnlyList<JsonObject> _entries;
    private readonly RunbookSteps _steps;

    private Transcript(string path, IReadOnlyList<JsonObject> entries, RunbookSteps steps) =>
        (Path, _entries, _steps) = (path, entries, steps);

    public string Path { get; }

    /// <summary>Its first line holds the runbook, which names the steps; without one a check or an action stands for its step.</summary>
    public static Transcript Read(string path)
    {
        var lines = File.ReadLines(path).Select(line => JsonNode.Parse(line)!).ToList();
        var runbook = lines.Select(line => line["runbook"]?.ToString()).FirstOrDefault();
        List<JsonObject> entries = [.. lines.Where(line => line["entry"] is JsonObject).Select(Entry)];
        return new(
            path,
            entries,
            new RunbookSteps(
                runbook is null ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(runbook)),
                Texts(entries.Select(entry => entry["fact"]?["subject"]?["parameters"]).FirstOrDefault(given => given is not null))
            )
        );
    }

    /// <summary>The runs that may have changed something: each belongs to a question that somebody approved.</summary>
    public IReadOnlySet<string> GrantedRuns()
    {
        var approved = Votes("approve").Select(vote => vote["question"]!.ToString()).ToHashSet(StringComparer.Ordinal);
        return Effects("runAction")
            .Select(run => run["run"]!.ToString())
            .Where(run => approved.Contains(run.Split('#')[0]))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The approved run that was under way at a time, or null. There is one at most.</summary>
    public string? RunAt(long at)
    {
        var granted = GrantedRuns();
        string? run = null;
        foreach (var entry in _entries.Where(entry => entry["at"]!.GetValue<long>() <= at))
        {
            if (entry["fact"] is { } fact && fact["$type"]?.ToString() == "acted" && fact["report"]?["run"]?.ToString() == run)
            {
                run = null;
            }
            run = Started(entry).LastOrDefault(granted.Contains) ?? run;
        }

        return run;
    }

    public int Approvals => Votes("approve").Count();

    /// <summary>The runs that gave messages to the service: by their order, or because the hold itself left some to it.</summary>
    public int Rounds =>
        Effects("runAction").Count(run => run["order"]?["kind"]?.ToString() == "return")
        + Facts("acted").Count(fact => Valued(fact, "released").Any(released => released.Length > 0));

    /// <summary>How many messages any round lists as possible duplicates.</summary>
    public int PossibleDuplicates =>
        Facts("acted").SelectMany(fact => Valued(fact, "possibleDuplicates")).SelectMany(Indexes).Distinct().Count();

    /// <summary>The steps whose remedies were offered, in order; <c>start</c> where nothing but a start was.</summary>
    public IReadOnlyList<string> StepsWalked => [.. Effects("makePlan").SelectMany(plan => StepsOf(plan["remedy"])).Distinct()];

    /// <summary>The steps whose checks found something.</summary>
    public IReadOnlyList<string> CausesFound => [.. Found.Select(step => Causes.GetValueOrDefault(step, step))];

    private IReadOnlyList<string> Found
    {
        get
        {
            var asked = Effects("runCheck")
                .DistinctBy(check => check["run"]!.ToString())
                .ToDictionary(check => check["run"]!.ToString(), check => check["check"]!);
            return
            [
                .. Facts("checked")
                    .Select(fact => fact["report"]!)
                    .Where(report => report["verdict"]?.ToString() == "finding")
                    .Select(report => asked.GetValueOrDefault(report["run"]!.ToString()))
                    .OfType<JsonObject>()
                    .Select(check => _steps.Asking(check["use"]!.ToString(), Texts(check["with"])))
                    .OfType<string>()
                    .Distinct(),
            ];
        }
    }

    // A fact too large for its entry stands beside it.
    private static JsonObject Entry(JsonNode line)
    {
        var entry = line["entry"]!.DeepClone().AsObject();
        entry["fact"] ??= line["fact"]?.DeepClone();
        return entry;
    }

    private static Dictionary<string, string> Texts(JsonNode? members) =>
        (members as JsonObject ?? []).ToDictionary(member => member.Key, member => $"{member.Value}", StringComparer.Ordinal);

    private static IEnumerable<string> Valued(JsonNode? node, string name) =>
        node switch
        {
            JsonObject members => members.SelectMany(member =>
                member.Key == name && member.Value is JsonValue value ? [value.ToString()] : Valued(member.Value, name)
            ),
            JsonArray items => items.SelectMany(item => Valued(item, name)),
            _ => [],
        };

    /// <summary>The indexes of a text such as <c>0-4,7</c>.</summary>
    private static IEnumerable<int> Indexes(string set) =>
        set.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(range => range.Split('-').Select(end => int.Parse(end, System.Globalization.CultureInfo.InvariantCulture)).ToArray())
            .SelectMany(range => Enumerable.Range(range[0], range[^1] - range[0] + 1));

    private static IEnumerable<string> Started(JsonObject entry) =>
        ((JsonArray)entry["effects"]!)
            .OfType<JsonObject>()
            .Where(effect => effect["$type"]?.ToString() == "runAction")
            .Select(effect => effect["run"]!.ToString());

    private IEnumerable<JsonObject> Votes(string answer) =>
        _entries
            .Where(entry => entry["declined"] is null)
            .Select(entry => entry["fact"])
            .OfType<JsonObject>()
            .Where(fact => fact["$type"]?.ToString() == "voted" && fact["answer"]?.ToString() == answer);

    private IEnumerable<JsonObject> Facts(string kind) =>
        _entries.Select(entry => entry["fact"]).OfType<JsonObject>().Where(fact => fact["$type"]?.ToString() == kind);

    private IEnumerable<JsonObject> Effects(string kind) =>
        _entries
            .SelectMany(entry => (JsonArray)entry["effects"]!)
            .OfType<JsonObject>()
            .Where(effect => effect["$type"]?.ToString() == kind);

    private IEnumerable<string> StepsOf(JsonNode? remedy) =>
        new[] { "rungs", "riders" }
            .SelectMany(part => remedy?[part] as JsonArray ?? [])
            .Select(call => call?["use"]?.ToString())
            .OfType<string>()
            .Select(use => _steps.Doing(use, Found) ?? use)
            .DefaultIfEmpty("start");
}

using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>What opens an incident: events, a service that is down, an address that is silent, a person.</content>
internal static partial class RunbookFile
{
    private static readonly string[] Openings = ["eventlog", "service", "url", "manual"];

    private static (IReadOnlyList<OpensOn> Events, IReadOnlyList<OpensOnOutage> Outages, bool IsManual) ReadOpening(YamlMapping root)
    {
        var (events, outages, isManual) = (new List<OpensOn>(), new List<OpensOnOutage>(), false);
        foreach (var entry in root.Mappings("opens-on"))
        {
            switch (Openings.Where(entry.Has).ToArray())
            {
                case ["eventlog"]:
                    events.AddRange(entry.Mapping("eventlog") is { } log ? [ReadEvents(log)] : []);
                    break;
                case ["service"]:
                    outages.Add(ReadOutage(entry, "service", "down", OutageKind.ServiceDown));
                    break;
                case ["url"]:
                    outages.Add(ReadOutage(entry, "url", "silent", OutageKind.UrlSilent));
                    break;
                case ["manual"] when entry.Flag("manual"):
                    isManual = true;
                    break;
                default:
                    entry.Refuse(
                        "An entry of 'opens-on' is one of 'eventlog: {...}', 'service: down' with 'for', 'url: silent' with 'for', "
                            + "or 'manual: true'."
                    );
                    break;
            }

            entry.Finish();
        }

        return (events, outages, isManual);
    }

    private static OpensOn ReadEvents(YamlMapping log)
    {
        var opens = new OpensOn(
            log.Text("log"),
            log.Text("source"),
            Numbers(log, "ids"),
            Numbers(log, "warnings"),
            Numbers(log, "foreign"),
            Numbers(log, "told"),
            Kinds(log)
        );
        if (opens.Fatal.IsEmpty && opens.Warning.IsEmpty && opens.Kinds.Count == 0 && (opens.Told.IsEmpty || !opens.Foreign.IsEmpty))
        {
            log.Refuse(
                "No event opens an incident here: name 'ids', 'warnings' or 'kinds', or 'told' alone for what belongs to an open one."
            );
        }

        log.Finish();
        return opens;
    }

    private static List<string> Kinds(YamlMapping log)
    {
        var kinds = new List<string>();
        foreach (var (word, line) in log.Texts("kinds"))
        {
            kinds.Add(word);
            if (!Catalog.EventKinds.ContainsKey(word))
            {
                log.Problems.Add(new(line, $"No line tells '{word}'; use one of {string.Join(", ", Catalog.EventKinds.Keys)}."));
            }
        }

        return kinds;
    }

    private static IndexSet Numbers(YamlMapping log, string name)
    {
        const string Form = "a list of whole numbers and ranges, such as [4102, 12000-12999]";
        List<IndexRange> ranges = [];
        foreach (var (text, line) in log.Texts(name, Form))
        {
            if (IndexSet.TryParse(text, out var set))
            {
                ranges.AddRange(set.Ranges);
            }
            else
            {
                log.Problems.Add(new(line, $"'{name}' must be {Form}."));
            }
        }

        return IndexSet.Of(ranges);
    }

    private static OpensOnOutage ReadOutage(YamlMapping entry, string name, string state, OutageKind kind)
    {
        if (entry.Text(name) != state)
        {
            entry.Refuse($"'{name}' is '{state}' here: '{name}: {state}' with 'for'.", name);
        }

        if (
            !ArgumentForms.TryDuration(entry.Text("for"), out var length)
            || length < TimeSpan.FromSeconds(1)
            || length > TimeSpan.FromHours(1)
        )
        {
            entry.Refuse("'for' is how long it must be so: from 1s to 1h, such as 60s.", "for");
        }

        return new OpensOnOutage(kind, (int)length.TotalSeconds);
    }
}

using System.Text.Json.Nodes;

namespace ImcBot.EndToEnd.Tests.Clocks;

/// <summary>What a transcript tells of an incident's deadlines and of the bot's clock.</summary>
internal sealed record DeadlineRecord(IReadOnlyList<TimeSpan> Late, int Steps, IReadOnlyList<TimeSpan> Silences)
{
    /// <param name="transcript">As JSON Lines.</param>
    public static DeadlineRecord Read(string transcript)
    {
        var (set, late, silences, steps) = (
            new Dictionary<string, long>(StringComparer.Ordinal),
            new List<TimeSpan>(),
            new List<TimeSpan>(),
            0
        );
        foreach (var line in File.ReadLines(transcript).Select(line => JsonNode.Parse(line)!))
        {
            if (line["entry"] is not JsonObject entry)
            {
                continue;
            }

            var fact = line["fact"] ?? entry["fact"];
            switch (fact?["$type"]?.ToString())
            {
                case "clockSet":
                    steps++;
                    set = set.ToDictionary(one => one.Key, one => one.Value + fact["by"]!.GetValue<long>(), StringComparer.Ordinal);
                    break;
                case "deadlinePassed" when entry["declined"] is null && set.TryGetValue(Name(fact), out var due):
                    late.Add(TimeSpan.FromMicroseconds(fact["at"]!.GetValue<long>() - due));
                    break;
                case "relaySilent" when fact["heardAt"] is { } heard:
                    silences.Add(TimeSpan.FromMicroseconds(fact["at"]!.GetValue<long>() - heard.GetValue<long>()));
                    break;
                default:
                    break;
            }

            foreach (var effect in (entry["effects"] as JsonArray ?? []).Where(effect => effect?["$type"]?.ToString() == "setDeadline"))
            {
                set[Name(effect!)] = effect!["at"]!.GetValue<long>();
            }
        }

        return new(late, steps, silences);
    }

    private static string Name(JsonNode of) => $"{of["deadline"]} {of["question"]}";
}

using System.Text.Json.Nodes;

namespace ImcBot.EndToEnd.Tests.Paging;

/// <summary>What a transcript tells of a page.</summary>
/// <param name="Id">As paging services are given it.</param>
/// <param name="Request">What it is about; null for the incident itself.</param>
/// <param name="After">How long after it was decided on it was known what became of it; null while that is not known.</param>
internal sealed record PageRecord(string Id, string Role, string? Request, DateTimeOffset At, TimeSpan? After, bool IsSent)
{
    /// <param name="transcript">As JSON Lines.</param>
    public static IReadOnlyList<PageRecord> Read(string transcript)
    {
        var pages = new SortedDictionary<int, PageRecord>();
        foreach (var line in File.ReadLines(transcript).Select(line => JsonNode.Parse(line)!))
        {
            if (line["entry"] is not JsonObject entry)
            {
                continue;
            }

            var (fact, at) = (
                line["fact"] ?? entry["fact"],
                DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(entry["at"]!.GetValue<long>())
            );
            if (fact?["$type"]?.ToString() == "paged" && entry["declined"] is null)
            {
                var page = pages[fact["page"]!.GetValue<int>()];
                pages[fact["page"]!.GetValue<int>()] = page with { After = at - page.At, IsSent = fact["sent"]!.GetValue<bool>() };
            }

            foreach (var effect in (entry["effects"] as JsonArray ?? []).Where(effect => effect?["$type"]?.ToString() == "page"))
            {
                var number = effect!["number"]!.GetValue<int>();
                pages[number] = new($"INC-1.{number}", effect["role"]!.ToString(), effect["question"]?.ToString(), at, null, false);
            }
        }

        return [.. pages.Values];
    }
}

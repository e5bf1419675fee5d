using System.Text.Json.Nodes;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Server.Host;

namespace ImcBot.EndToEnd.Tests.Clocks;

/// <summary>
/// When grants were made, by the clock that nobody set: the steps of the bot's clock that the transcript tells are taken out of its times.
/// </summary>
internal sealed record GrantRecord(ILookup<string, DateTimeOffset> Made)
{
    /// <summary>A step is noticed so late at most, and a grant made in between stands with the new time.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(2);

    /// <param name="transcript">As JSON Lines.</param>
    public static GrantRecord Read(string transcript)
    {
        var (ahead, made) = (0L, new List<(string Question, DateTimeOffset At)>());
        foreach (
            var fact in File.ReadLines(transcript)
                .Select(line => JsonNode.Parse(line)!)
                .Select(line => line["fact"] ?? line["entry"]?["fact"])
        )
        {
            switch (fact?["$type"]?.ToString())
            {
                case "clockSet":
                    ahead += fact["by"]!.GetValue<long>();
                    break;
                case "granted":
                    made.Add(
                        (
                            fact["question"]!.ToString(),
                            DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(fact["at"]!.GetValue<long>() - ahead)
                        )
                    );
                    break;
                default:
                    break;
            }
        }

        return new(made.ToLookup(one => one.Question, one => one.At, StringComparer.Ordinal));
    }

    /// <summary>
    /// One sentence for each question whose first change to the server lies outside the life of every grant that was made for it.
    /// </summary>
    public IEnumerable<string> Complaints(IReadOnlyList<RecordEntry> record, TimeSpan life) =>
        from first in FirstChanges(record)
        where !Made[first.Question].Any(made => first.At >= made - Unnoticed && first.At <= made + life + Unnoticed)
        select $"{first.Question} first changed the server at {first.At:HH:mm:ss.f}; its grants were made at "
            + $"{string.Join(", ", Made[first.Question].Select(made => $"{made:HH:mm:ss.f}"))}.";

    /// <summary>The greatest age of a grant at the first change made under it.</summary>
    public TimeSpan? Oldest(IReadOnlyList<RecordEntry> record) =>
        FirstChanges(record)
            .Where(first => Made.Contains(first.Question))
            .Select(first => (TimeSpan?)(first.At - Made[first.Question].Last()))
            .Max();

    private static IEnumerable<(string Question, DateTimeOffset At)> FirstChanges(IReadOnlyList<RecordEntry> record) =>
        record
            .Where(entry => Verification.IsRun(entry.By))
            .GroupBy(entry => entry.By.Split('#')[0], StringComparer.Ordinal)
            .Select(question => (question.Key, DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(question.Min(entry => entry.At))));
}

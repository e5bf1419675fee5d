using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>
/// What kinds of lines a service has written lately. Data: <c>errors</c>, <c>kinds</c> with the number of each, <c>suppressed</c>.
/// </summary>
internal sealed partial class LogKinds : ICheck
{
    public const string Use = "log.kinds";

    private const int Lines = 500,
        Told = 5,
        Error = 3;

    public string Id => Use;

    public IReadOnlyList<Right> Rights => [Right.Reading];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var service = call.With["service"];
        var all = await site.LastEventsAsync(service, Lines, cancellationToken);
        var missing = all.Select(line => Suppressed().Match(line.Message))
            .Where(match => match.Success && match.Groups[2].Value == service)
            .Sum(match => long.Parse(match.Groups[1].Value));
        var lines = all.Where(line => !Suppressed().IsMatch(line.Message)).ToList();
        if (lines.Count == 0)
        {
            return Finding.Of(Verdict.Unknown, $"Nothing that {service} has written is known here.");
        }

        var errors = lines.Count(line => line.Id <= Error);
        var kinds = (errors > 0 ? lines.Where(line => line.Id <= Error) : lines)
            .GroupBy(line => site.Read(line).Kind ?? Different().Replace(line.Message, "…"), StringComparer.Ordinal)
            .OrderByDescending(kind => kind.Count())
            .Take(Told)
            .Select(kind => $"{kind.Count()} × {kind.Key}")
            .ToList();
        return Finding.Of(
            Finding.When(errors == 0),
            $"{Words.Count(errors, "error")} in the last {Words.Count(lines.Count, "line")} of {service}"
                + $"{(missing == 0 ? "" : $", and {missing} more that the journal did not take, because they came too fast")}"
                + $": {string.Join(" | ", kinds)}",
            ("errors", errors.ToString()),
            ("suppressed", missing.ToString()),
            ("kinds", string.Join('\n', kinds))
        );
    }

    /// <summary>What journald writes in the place of lines that came too fast.</summary>
    [GeneratedRegex(@"^Suppressed (\d{1,12}) messages from (\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Suppressed();

    /// <summary>What differs from line to line of one kind: times, numbers, and what stands in quotes.</summary>
    [GeneratedRegex("\"[^\"]*\"|[\\d*#:./-]*\\d[\\dA-Fa-f:./-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Different();
}

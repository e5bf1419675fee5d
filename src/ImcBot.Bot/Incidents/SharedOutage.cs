using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Incidents;

/// <summary>Sees when several hosts stop for one runbook at about the same time.</summary>
internal static class SharedOutage
{
    /// <summary>So many hosts are shown together.</summary>
    public const int FewestHosts = 3;

    /// <summary>More incidents than these, the newest, are not looked at.</summary>
    public const int MostLately = 100;

    /// <summary>How far apart two of them may open.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    /// <summary>What a new incident has in common with those opened within the span, or null.</summary>
    /// <param name="company">Hosts that stopped with it and have no incident yet.</param>
    public static Gathering? Of(Opened opened, IReadOnlyList<Incident> lately, IReadOnlyList<string> company)
    {
        if (opened.Quiet)
        {
            return null;
        }

        var others = lately
            .Where(other => other is { IsOpen: true, Quiet: false } && other.Runbook.Digest == opened.Runbook && other.Host != opened.Host)
            .ToList();
        if (others.Find(other => other.Founder is not null) is { Founder: { } founder })
        {
            return new Gathering(founder, [], []);
        }

        string[] hosts =
        [
            .. others
                .Select(other => other.Host)
                .Concat(company)
                .Where(host => host != opened.Host)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        return hosts.Length + 1 < FewestHosts
            ? null
            : new Gathering(opened.Number, hosts, [.. others.Select(other => other.Number).Order()]);
    }
}

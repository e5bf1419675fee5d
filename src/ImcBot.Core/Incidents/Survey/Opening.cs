using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <summary>Whether what a server said, or was seen to be, opens an incident.</summary>
internal static class Opening
{
    public static OpeningKind Decide(Runbook runbook, HostAlert alert)
    {
        if (alert.Outage is { } outage)
        {
            return runbook.Outages.Any(opens =>
                opens.Kind == outage.Kind && (outage.Kind is not OutageKind.UrlSilent || outage.Url == runbook.Url)
            )
                ? OpeningKind.Open
                : OpeningKind.Ignore;
        }

        var kind = OpeningKind.Ignore;
        foreach (var said in alert.Events)
        {
            foreach (var opens in runbook.OpensOn.Where(opens => WatchedEvents.IsFrom(opens.Source, said.Source)))
            {
                if (opens.Foreign.Contains(said.Id))
                {
                    return OpeningKind.Foreign;
                }

                if (opens.Fatal.Contains(said.Id) || (said.Kind is { } told && opens.Kinds.Contains(told)))
                {
                    return OpeningKind.Open;
                }

                if (opens.Warning.Contains(said.Id))
                {
                    kind = alert.ServiceUp ? OpeningKind.Quiet : OpeningKind.Open;
                }
            }
        }

        return kind;
    }
}

/// <summary>What an alert opens.</summary>
internal enum OpeningKind
{
    /// <summary>Nothing of this runbook.</summary>
    Ignore,

    /// <summary>An incident; people are called.</summary>
    Open,

    /// <summary>A card, and nobody is paged: a warning with the service up.</summary>
    Quiet,

    /// <summary>Another event came first: this article does not apply (4018 and 4086 are start-up configuration, Q163243).</summary>
    Foreign,
}

namespace ImcBot.Core.Runbooks;

/// <summary>When a remedy is worth offering at all.</summary>
internal enum OfferWhen
{
    Always,

    /// <summary>The search ended because mail that arrived after the hold made rounds fail (<c>when: arrivals-fail</c>).</summary>
    ArrivalsFail,

    /// <summary>The service failed on an empty In folder too, so the cause lies elsewhere (<c>when: spool-not-the-cause</c>).</summary>
    SpoolNotTheCause,
}

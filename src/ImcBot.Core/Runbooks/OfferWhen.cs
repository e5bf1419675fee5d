namespace ImcBot.Core.Runbooks;

/// <summary>When a remedy is worth offering at all.</summary>
internal enum OfferWhen
{
    Always,

    /// <summary>The search ended because items that arrived after the hold made rounds fail (<c>when: arrivals-fail</c>).</summary>
    ArrivalsFail,

    /// <summary>The service failed on an empty queue too, so the cause lies elsewhere (<c>when: queue-not-the-cause</c>).</summary>
    QueueNotTheCause,
}

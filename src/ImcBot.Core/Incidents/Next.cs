using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>What follows a fact, where it ends what was under way or people ask for something.</summary>
internal abstract record Next;

/// <summary>Something is offered; it has no question yet, unless it was approved before and is planned again.</summary>
internal sealed record Offered(Change Proposal) : Next;

/// <summary>A person is wanted.</summary>
/// <param name="Text">What to do, in sentences.</param>
/// <param name="Evidence">A check whose answer helps the person, or null.</param>
internal sealed record Wanted(PersonTaskKind Kind, string Text, string? Step = null, string? Offer = null, Call? Evidence = null) : Next;

/// <summary>It is handed over to people.</summary>
internal sealed record HandedOver(string Why) : Next;

namespace ImcBot.Core.Incidents;

/// <summary>One thing that people may ask for by name.</summary>
/// <param name="Step">Step id; null for a plain start and for ending a hung process.</param>
/// <param name="Offer">Name of the remedy within its step, or of what stands in no step.</param>
internal readonly record struct Choice(string? Step, string Offer)
{
    /// <summary>As it is typed behind <c>ask</c>.</summary>
    public override string ToString() => Step is null ? Offer : $"{Step} {Offer}";

    public static Choice Of(Change change) => new(change.Step, change.Offer);
}

using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>For whom a card is drawn.</summary>
/// <param name="Reader">The one person who sees it, known from a signed activity; null for everybody in the thread.</param>
/// <param name="Deciders">Account ids of those whose clients ask for a view of their own.</param>
/// <param name="HearsAll">Whether messages without a mention reach the bot.</param>
/// <param name="Limit">What the relay refuses whatever people decide, as it said itself last; null when nothing is to be said.</param>
internal sealed record Viewing(Person? Reader, IReadOnlyList<string> Deciders, bool HearsAll, string? Limit = null)
{
    /// <summary>Who is called by name when the card is posted; an edit calls nobody.</summary>
    public IReadOnlyList<Member>? Called { get; init; }

    /// <summary>Names of those on duty who may still sign the request, those of its role first; null when that is not known.</summary>
    public IReadOnlyList<string>? Signers { get; init; }

    /// <summary>Days after the incident's end for which the texts of people are kept; 0 for ever.</summary>
    public int TextDays { get; init; } = new BotOptions().KeepTextDays;

    public static Viewing ByEveryone { get; } = new(null, [], false);
}

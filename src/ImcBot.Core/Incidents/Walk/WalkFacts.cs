using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>Somebody typed or clicked a command.</summary>
/// <param name="Verb">One of <see cref="CommandVerb"/>.</param>
/// <param name="Question">The question a click belongs to; null when typed.</param>
/// <param name="Argument">What stood behind the verb; it may be taken away, and decides nothing.</param>
/// <param name="Other">The person mentioned, for <c>hand</c>, <c>review</c> and <c>follow-up</c>; for <c>redact</c> who wrote the text,
/// when it is the same who asks.</param>
/// <param name="Choice">What <c>ask</c> names; null when it means what is offered.</param>
internal sealed record Commanded(
    long At,
    CommandVerb Verb,
    Person By,
    QuestionId? Question,
    Sealed Argument,
    Person? Other = null,
    Choice? Choice = null
) : Fact(At)
{
    /// <summary>What of the argument decides.</summary>
    public IReadOnlyList<string> Words
    {
        get => field ?? DecidingWords.Of(Verb, Argument.Value);
        init;
    }

    /// <summary>The argument from this word on, for people.</summary>
    public Sealed From(int word) =>
        Argument.Value is { } text
            ? string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(word))
            : default(Sealed);
}

using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>A post was accepted by the channel: later edits need its id.</summary>
/// <param name="Post">Which post.</param>
/// <param name="Thread">Conversation id of the incident's thread.</param>
/// <param name="Card">The card's JSON exactly as it was sent; null where an older version posted it.</param>
/// <param name="Called">Who was mentioned: the roster of the role as of then.</param>
internal sealed record Posted(
    long At,
    PostKey Post,
    string Thread,
    string ActivityId,
    bool PossibleDuplicate,
    Sealed Card = default,
    IReadOnlyList<Sealed>? Called = null
) : Fact(At);

/// <summary>Something for the channel was given up: it was refused again and again.</summary>
/// <param name="Post">Which card; null for a reply.</param>
/// <param name="Problem">What the channel answered last.</param>
internal sealed record Unposted(long At, PostKey? Post, Sealed Problem) : Fact(At);

/// <summary>The app was taken out of the channel that incidents are posted to, or is there again.</summary>
/// <param name="By">Who did it, as Teams names them.</param>
internal sealed record ChannelChanged(long At, bool IsHere, Sealed By) : Fact(At);

/// <summary>Talk in the thread, or a note.</summary>
/// <param name="Done">When the noted work was done, as the person says (Unix microseconds): reported, not observed. Null for everything
/// else.</param>
/// <param name="Message">Id of the message that said it, so that it can be taken back there; null where it was not said in a chat.</param>
internal sealed record Noted(long At, Person By, Sealed Text, bool IsNote, long? Done = null, string? Message = null) : Fact(At);

/// <summary>
/// Somebody deleted or changed a message whose words are in the record: they go, and that they were there stays. Decisions keep their
/// reasons.
/// </summary>
/// <param name="Entry">Number of the entry that holds them.</param>
/// <param name="Changed">The message was changed, and what it says now follows.</param>
internal sealed record Unsaid(long At, int Entry, bool Changed) : Fact(At);

/// <summary>
/// Something was tried from outside of the team, or with a forged answer, and was turned away before it could be a fact of its own.
/// </summary>
/// <param name="Who">As the activity or call named itself.</param>
/// <param name="What">What was tried.</param>
/// <param name="Why">Why it was refused, as it was told.</param>
internal sealed record Refused(long At, Sealed Who, Sealed What, Sealed Why) : Fact(At);

/// <summary>
/// The clock of the bot's machine was set. Its deadlines were moved along with the entry; later times are by the clock as it is now.
/// </summary>
/// <param name="By">By how many microseconds, forward or (negative) back.</param>
internal sealed record ClockSet(long At, long By) : Fact(At);

/// <summary>A time that the incident asked to be reminded of has come.</summary>
internal sealed record DeadlinePassed(long At, Deadline Deadline, QuestionId Question) : Fact(At);

using System.Text.RegularExpressions;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;

namespace ImcBot.Bot.Chat;

/// <summary>
/// What stands behind a word and keeps it from being done: a question or a no takes it back, and what was meant for something else is not
/// read as meant for what stands now. An answer that is not given costs a line, one that nobody gave cannot be taken back.
/// </summary>
internal static partial class Misreading
{
    private const int Longest = 24;

    private const string Numbered = @"\A[^\p{L}\p{N}]*(?:(?:incident|inc)[^\p{L}\p{N}]*)?0*([1-9]\d{0,8})";

    /// <summary>Why the word is not done, as a sentence; null where nothing keeps it.</summary>
    /// <param name="isAsked">A question mark is joined to the word.</param>
    /// <param name="rest">What stands behind the word and its target, as it was typed.</param>
    public static string? Of(string word, bool isAsked, string rest)
    {
        if (Vocabulary.OnlyReads(word))
        {
            return null;
        }

        var isYes = word is Vocabulary.Approve or Vocabulary.BreakGlass;
        var isNo = word is Vocabulary.Deny or Vocabulary.DenyStop;
        var plain = new Spelling(CrossedOut().Replace(rest, " no ")).Plainly;
        return isAsked || Question().IsMatch(plain) || ((isYes || word == Vocabulary.Open) && EndsAsking().IsMatch(plain))
                ? $"'{word} ?' is read as a question; nothing was done. Say '{word}' without the question mark when you mean it."
            : (!isNo && TakenBack().IsMatch(plain)) || (isYes && Waits().IsMatch(plain))
                ? $"'{word}' with '{Shorten(rest)}' after it is not read as {word}; nothing was done. Say it without that when you mean it."
            : Vocabulary.Answers.ContainsKey(word) && Another().IsMatch(plain)
                ? $"'{word}' answers one request at a time, and nothing was done. Say one line for each."
            : Vocabulary.TakesNothing(word) && Number(word).Match(plain) is { Success: true } number
                ? $"'{word}' takes no number, and nothing was done. '{word} INC-{number.Groups[1].Value}' means that incident."
            : word == "skip" && Name().IsMatch(rest)
                ? "'skip' passes over what is offered now and takes no name; nothing was done. Say 'skip' alone, or "
                    + $"'ask {Shorten(rest)}' to ask for that."
            : null;
    }

    public static string Shorten(string word) => word.Length <= Longest ? word : word[..Longest] + "…";

    // What is done is told with how many: "done 3 messages by hand".
    private static Regex Number(string word) => word == "done" ? NumberAlone() : NumberFirst();

    [GeneratedRegex("👎|❌|❎", RegexOptions.CultureInvariant)]
    private static partial Regex CrossedOut();

    [GeneratedRegex(@"\A[^\p{L}\p{N}]*\?[^\p{L}\p{N}]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Question();

    [GeneratedRegex(@"\?[^\p{L}\p{N}]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndsAsking();

    [GeneratedRegex(
        @"\A[^\p{L}]*(?:no|not|never|nope|nah|do(?:n'?t| not)|can(?:'?t|not)|wait|hold (?:on|off))"
            + @"(?:[^\p{L}\p{N}]+(?:no|yet|now|done|ready|ok|okay|really|wait|please|hold on))*[^\p{L}\p{N}]*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex TakenBack();

    [GeneratedRegex(
        @"\A[^\p{L}\p{N}]*(?:wait|hold (?:on|off)|do(?:n'?t| not)|never)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Waits();

    // Another number behind the request's own.
    [GeneratedRegex(
        @"\A[^\p{L}\p{N}]*(?:(?:and|also|or)\b[^\p{L}\p{N}]*)?(?:INC[\s_-]*)?\d+(?:\s?/\s?\d+|[^\p{L}\p{N}]*\z)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Another();

    // Alone, or behind a word or sign for an incident.
    [GeneratedRegex(
        Numbered + @"(?:[^\p{L}\p{N}]*\z|(?<=(?:c|t|#)[^\p{L}\p{N}]*\d+)\b)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NumberAlone();

    [GeneratedRegex(Numbered + @"(?![\p{L}\p{N}]|[.:]\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberFirst();

    // One or two words; more are a reason.
    [GeneratedRegex(
        @"\A(?!(?:(?:it|this|that|one|step|the|offer|for|please|now|later|thanks)\b[\s.,!]*)*\z)\S+(?:\s+\S+)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Name();
}

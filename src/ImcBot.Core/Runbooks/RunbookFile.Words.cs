using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>The words people read for the subject.</content>
internal static partial class RunbookFile
{
    private const int LongestWord = 40,
        LongestSentence = 120;

    private static SubjectWords ReadWords(YamlMapping root)
    {
        if (root.Mapping("words") is not { } words)
        {
            return new SubjectWords();
        }

        var read = new SubjectWords
        {
            Service = Word(words, "service"),
            Short = Word(words, "short"),
            Working = Word(words, "working"),
            Up = Word(words, "up"),
            Stopped = Word(words, "stopped"),
            WhenStopped = Word(words, "when-stopped", LongestSentence),
            WhenWorking = Word(words, "when-working", LongestSentence),
            Users = Word(words, "users"),
            Waits = Word(words, "waits", LongestSentence),
            Item = Word(words, "item"),
            Items = Word(words, "items"),
            Matter = Word(words, "matter"),
            Queue = Word(words, "queue"),
            Outgoing = Word(words, "outgoing"),
            Archive = Word(words, "archive"),
            Crash = Word(words, "crash"),
            Crashes = Word(words, "crashes"),
        };
        words.Finish();
        return read;
    }

    private static string? Word(YamlMapping words, string name, int longest = LongestWord)
    {
        var word = words.TextOrNull(name);
        if (word is not null && (word.Length > longest || word.Any(char.IsControl)))
        {
            words.Refuse($"'{name}' is one line of at most {longest} characters: it stands on cards that a telephone shows.", name);
        }

        return word;
    }
}

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
            return SubjectWords.Plain;
        }

        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in SubjectWords.Names.Concat(SubjectWords.Sentences).Where(words.Has))
        {
            said[name] = words.Text(name);
            var longest = SubjectWords.Sentences.Contains(name) ? LongestSentence : LongestWord;
            if (said[name].Length > longest || said[name].Any(char.IsControl))
            {
                words.Refuse($"'{name}' is one line of at most {longest} characters: it stands on cards that a telephone shows.", name);
            }
        }

        words.Finish();
        return new SubjectWords(said);
    }
}

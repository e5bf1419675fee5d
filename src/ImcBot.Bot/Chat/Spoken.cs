using System.Text.RegularExpressions;
using ImcBot.Bot.Channel;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What somebody means.</summary>
internal abstract partial record Spoken
{
    /// <summary>Reads typed words. Without a mention of the bot, a sentence that only begins like a command is talk.</summary>
    public static Spoken Read(string text, bool isAddressed)
    {
        var words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
        {
            return isAddressed ? new Ordered(CommandVerb.Help, null, null, "") : new Talk();
        }

        var word = words[0].TrimStart('/').TrimEnd('.', '!', '?', ':', ',');
        var (which, incident, rest) = Target(words.Length > 1 ? words[1] : "");
        if (!Vocabulary.All.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return Unknown(word, text, isAddressed, names: which is not null || incident is not null, alone: words.Length == 1);
        }

        var isTalk = !isAddressed && which is null && incident is null && rest.Length > 0 && !Vocabulary.TakesText(word, rest);
        return isTalk ? new Talk() : Command(word.ToLowerInvariant(), which, incident, rest);
    }

    /// <summary>Reads a button: the same commands, with their target in the card's data.</summary>
    public static Spoken Read(Click click)
    {
        QuestionId? which = QuestionId.TryParse(click["question"], out var question) ? question : null;
        int? incident = IncidentForm().Match(click["incident"] ?? "") is { Success: true } match ? int.Parse(match.Groups[1].Value) : null;
        return click.Verb switch
        {
            Vocabulary.DenyNext => Command(Vocabulary.Deny, which, incident, click["why"] ?? ""),
            Vocabulary.ConfirmRelay => new Relaying("confirm", click["relay"] ?? ""),
            Vocabulary.Approve or Vocabulary.DenyStop => Command(click.Verb, which, incident, click["why"] ?? ""),
            Vocabulary.BreakGlass => new Mistaken("Break-glass is typed, with a reason: break-glass 7/3 reason."),
            _ when Vocabulary.Verbs.TryGetValue(click.Verb, out var verb) => new Ordered(verb, which, incident ?? which?.Incident, ""),
            _ => new Mistaken("This button belongs to another version of ImcBot; use the newest card, or type help."),
        };
    }

    private static Spoken Command(string word, QuestionId? which, int? incident, string rest) => word switch
    {
        Vocabulary.Approve or Vocabulary.Deny or Vocabulary.DenyStop or Vocabulary.BreakGlass when which is null =>
            new Mistaken($"Say which request: {word} 7/3{(word == Vocabulary.Approve ? "" : " why")}. The number stands on the card."),
        Vocabulary.BreakGlass => new Answered(which!.Value, Answer.BreakGlass, rest),
        Vocabulary.Approve => new Answered(which!.Value, Answer.Approve, rest),
        Vocabulary.Deny => new Answered(which!.Value, Answer.DenyNext, rest),
        Vocabulary.DenyStop => new Answered(which!.Value, Answer.DenyStop, rest),
        Vocabulary.Open when rest.Length == 0 => new Mistaken("Say which host: open EXCH01."),
        Vocabulary.Open => new Opens(rest),
        Vocabulary.Relay => Relay(rest),
        Vocabulary.Stats => Stats(rest),
        "note" when rest.Length == 0 => new Mistaken("Say what to note: note the disk was swapped at noon."),
        "undo" when which is { } done => new Ordered(CommandVerb.Undo, null, done.Incident, done.Short),
        _ => new Ordered(Vocabulary.Verbs[word], which, incident ?? which?.Incident, rest),
    };

    private static Spoken Stats(string rest) => rest.Length == 0 ? new Counts(30)
        : int.TryParse(rest.TrimEnd('d', 'D'), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 3660 ? new Counts(days)
        : new Mistaken("Say for how many days: stats 30d.");

    private static Spoken Relay(string rest)
    {
        var words = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [var what, ..] && what.ToLowerInvariant() is "add" or "revoke" or "confirm" && words.Length == 2
            ? new Relaying(words[0].ToLowerInvariant(), words[1])
            : words is [var list] && list.Equals("list", StringComparison.OrdinalIgnoreCase)
                ? new Relaying("list", "")
                : new Mistaken("Say relay add HOST, relay list, or relay revoke ID.");
    }

    private static Spoken Unknown(string word, string text, bool isAddressed, bool names, bool alone)
    {
        var nearest = Vocabulary.Nearest(word);
        var meant = isAddressed || names || (alone && word.Length > 3 && nearest is not null);
        return !meant ? new Talk()
            : nearest is null ? new Mistaken($"'{Shorten(word)}' is no command. Type help for the list.")
            : new Mistaken($"'{Shorten(word)}' is no command. Did you mean: {(nearest + text.TrimStart().TrimStart('/')[word.Length..]).TrimEnd()}");
    }

    private static (QuestionId? Question, int? Incident, string Tail) Target(string rest)
    {
        var words = rest.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var tail = words.Length > 1 ? words[1] : "";
        return words.Length == 0 ? (null, null, "")
            : QuestionId.TryParse(words[0].TrimEnd(':', ',', '.'), out var question) ? (question, question.Incident, tail)
            : IncidentForm().Match(words[0]) is { Success: true } match ? (null, int.Parse(match.Groups[1].Value), tail)
            : (null, null, rest.Trim());
    }

    private static string Shorten(string word) => word.Length <= 24 ? word : word[..24] + "…";

    [GeneratedRegex(@"^INC-([1-9]\d{0,8})[:,.]?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IncidentForm();
}

/// <summary>A command to an incident.</summary>
internal sealed record Ordered(CommandVerb Verb, QuestionId? Question, int? Incident, string Argument) : Spoken;

/// <summary>An answer to a request.</summary>
internal sealed record Answered(QuestionId Question, Answer Answer, string Why) : Spoken;

/// <summary>An incident is to be opened by hand.</summary>
internal sealed record Opens(string Host) : Spoken;

/// <summary>The figures of the last days are asked for.</summary>
internal sealed record Counts(int Days) : Spoken;

/// <summary>Work for an administrator: add, list, confirm or revoke.</summary>
internal sealed record Relaying(string What, string Name) : Spoken;

/// <summary>Said among people.</summary>
internal sealed record Talk : Spoken;

/// <summary>Meant for the bot but not understood; the sentence says what to do.</summary>
internal sealed record Mistaken(string Sentence) : Spoken;

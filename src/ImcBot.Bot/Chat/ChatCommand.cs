using System.Text.RegularExpressions;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What somebody means.</summary>
internal abstract partial record ChatCommand
{
    /// <summary>Reads what was said, clicked or attached. Words that replace others, and attachments alone, are never a command.</summary>
    /// <param name="by">Whoever speaks, with the roles they hold now.</param>
    public static ChatCommand Of(Heard heard, Person by) =>
        heard.Click is { } click ? Read(click, by)
        : heard.IsChanged || heard.Attached is not null ? new Talk()
        : Read(heard.Text, heard.IsAddressed || heard.IsPersonal, by) is var spoken
        && spoken is Ordered { Verb: CommandVerb.Hand, Argument.Length: > 0 }
        && heard.Mentioned.Count == 0
            ? new Mistaken(Control.SayWhom)
        : spoken;

    /// <summary>Reads typed words. Without a mention of the bot, a sentence that only begins like a command is talk.</summary>
    public static ChatCommand Read(string text, bool isAddressed, Person by)
    {
        var spelling = new Spelling(text);
        var first = FirstWord().Match(spelling.Plainly);
        if (!first.Success)
        {
            return isAddressed ? new Ordered(CommandVerb.Help, null, null, "") : new Talk();
        }

        if (OnItForm().IsMatch(spelling.Plainly))
        {
            return new Ordered(CommandVerb.OnIt, null, null, "");
        }

        var typed = first.Groups["word"].Value;
        var word = Edge().Replace(typed, "");
        var isAsked = typed[word.Length..].Contains('?', StringComparison.Ordinal);
        var (which, incident, rest) = Target(spelling, first.Index + first.Length);
        if (!Vocabulary.All.Contains(word, StringComparer.OrdinalIgnoreCase))
        {
            return Unknown(word, spelling, first, isAddressed, names: which is not null || incident is not null);
        }

        var isTalk = !isAddressed && which is null && incident is null && rest.Length > 0 && !Vocabulary.TakesText(word, rest);
        return isTalk ? Talking(word, spelling) : Meant(word.ToLowerInvariant(), isAsked, which, incident, rest, by);
    }

    /// <summary>Reads a button: the same commands, with their target in the card's data.</summary>
    public static ChatCommand Read(Click click, Person by)
    {
        QuestionId? which = click.Question == default ? null : click.Question;
        var incident = click.Incident;
        return click.Verb switch
        {
            Vocabulary.DenyNext => Shown(Command(Vocabulary.Deny, which, incident, click["why"] ?? "", by), click),
            Vocabulary.ConfirmRelay => new Relaying("confirm", click["relay"] ?? ""),
            Vocabulary.DenyStop => Shown(Command(click.Verb, which, incident, click["why"] ?? "", by), click),
            Vocabulary.Approve => Shown(Meant(click.Verb, isAsked: false, which, incident, click["why"] ?? "", by), click),
            Vocabulary.BreakGlass => new Mistaken("Break-glass is typed, with a reason: break-glass 7/3 reason."),
            _ when Vocabulary.Verbs.TryGetValue(click.Verb, out var verb) => new Ordered(verb, which, incident, click["choice"] ?? ""),
            _ => new Mistaken("This button belongs to another version of ImcBot; use the newest card, or type help."),
        };
    }

    /// <summary>What is said to an answer that names no request.</summary>
    public static string WhichRequest(string word, string request) =>
        $"Say which request: {word} {request}{(word == Vocabulary.Approve ? "" : " why")}. The number stands on the card.";

    // A click answers the plan that its card showed; typed words answer the plan that stands now.
    private static ChatCommand Shown(ChatCommand command, Click click) =>
        command is Answers(var vote) ? new Answers(vote with { Plan = click["plan"] ?? "" }) : command;

    private static ChatCommand Meant(string word, bool isAsked, QuestionId? which, int? incident, string rest, Person by) =>
        (which is not null || !Vocabulary.Answers.ContainsKey(word)) && Misreading.Of(word, isAsked, rest) is { } why
            ? new Mistaken(why)
            : Command(word, which, incident, Vocabulary.TakesName(word) ? Edges().Replace(new Spelling(rest).Plainly, "") : rest, by);

    private static ChatCommand Command(string word, QuestionId? which, int? incident, string rest, Person by) =>
        word switch
        {
            _ when which is null && Vocabulary.Answers.ContainsKey(word) => new Mistaken(WhichRequest(word, "7/3")),
            _ when Vocabulary.Answers.TryGetValue(word, out var answer) => new Answers(new Voted(0, which!.Value, by, answer, rest)),
            Vocabulary.Open when rest.Length == 0 => new Mistaken("Say which host: open EXCH01."),
            Vocabulary.Open => rest.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                is [var host, var subject]
                ? new Opens(host, subject)
                : new Opens(rest),
            Vocabulary.Incidents => new Lists(),
            Vocabulary.Relay => Relay(rest),
            Vocabulary.Stats => Stats(rest),
            "note" when rest.Length == 0 => new Mistaken("Say what to note: note the disk was swapped at noon."),
            "export" when TranscriptWriter.Named(rest) is null => new Mistaken(TranscriptWriter.NoForm(Misreading.Shorten(rest))),
            "undo" when which is { } done => new Ordered(CommandVerb.Undo, null, done.Incident, done.Short),
            _ => new Ordered(Vocabulary.Verbs[word], which, incident ?? which?.Incident, rest),
        };

    private static ChatCommand Stats(string rest) =>
        rest.Length == 0 ? new Counts(30)
        : int.TryParse(
            rest.TrimEnd('d', 'D'),
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var days
        ) && days is > 0 and <= 3660
            ? new Counts(days)
        : new Mistaken("Say for how many days: stats 30d.");

    private static ChatCommand Relay(string rest)
    {
        var words = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [var what, ..] && what.ToLowerInvariant() is "add" or "revoke" or "confirm" && words.Length == 2
                ? new Relaying(words[0].ToLowerInvariant(), words[1])
            : words is [var list] && list.Equals("list", StringComparison.OrdinalIgnoreCase) ? new Relaying("list", "")
            : new Mistaken("Say relay add HOST, relay list, or relay revoke ID.");
    }

    private static ChatCommand Unknown(string word, Spelling spelling, Match first, bool isAddressed, bool names)
    {
        var nearest = Vocabulary.Nearest(word);
        var behind = spelling.TypedFrom(first.Index + first.Length);
        return nearest is not null && (isAddressed || names || (behind.Length == 0 && word.Length > 3))
                ? new Mistaken($"'{Misreading.Shorten(word)}' is no command. Did you mean: {nearest} {behind}".TrimEnd())
            : isAddressed ? new Mistaken($"'{Misreading.Shorten(word)}' is no command. Type help for the list.")
            : Talking(nearest ?? word, spelling);
    }

    // Whoever says yes or no to something is owed an answer while a request waits.
    private static Talk Talking(string word, Spelling spelling) =>
        new(
            (
                AnswerWithin().Match(spelling.Plainly) is { Success: true } answer ? answer.Groups["word"].Value : word
            ).ToLowerInvariant() switch
            {
                Vocabulary.Approve or "approved" or "approves" or Vocabulary.BreakGlass or "break glass" => Vocabulary.Approve,
                Vocabulary.Deny or "denied" or Vocabulary.DenyStop => Vocabulary.Deny,
                _ => null,
            }
        );

    private static (QuestionId? Question, int? Incident, string Tail) Target(Spelling spelling, int from) =>
        TargetForm().Match(spelling.Plainly, from) is not { Success: true } target ? (null, null, spelling.TypedFrom(from))
        : target.Groups["number"].Success
            ? QuestionId.TryParse($"{target.Groups["incident"].Value}/{target.Groups["number"].Value}", out var question)
                    ? (question, question.Incident, Tail(spelling, target))
                : (null, null, spelling.TypedFrom(from))
        : (null, int.Parse(target.Groups["incident"].Value), Tail(spelling, target));

    private static string Tail(Spelling spelling, Match target) => spelling.TypedFrom(target.Index + target.Length);

    [GeneratedRegex(@"^[^\p{L}\p{N}?]*(i'?m |i am )?on it[^\p{L}\p{N}?]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OnItForm();

    // An answer with its request, behind other words.
    [GeneratedRegex(
        @"\b(?<word>approve|deny-stop|deny|break[\s-]glass)\b[^\p{L}\p{N}]*(?:INC[\s-]*)?\d+\s?/\s?\#?\d",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex AnswerWithin();

    [GeneratedRegex(@"[^\p{L}\p{N}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Edge();

    [GeneratedRegex(@"\A[\s""'*`.,;:!#]+|[\s""'*`.,;:!?…]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Edges();

    // A number may follow an answer without a space: what nobody sees may have been one.
    [GeneratedRegex(
        @"\A[\s""'/*`]*(?<word>(?:approve|deny-stop|deny|break-glass)(?=[#:]?\d)|\S+)\s*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex FirstWord();

    [GeneratedRegex(
        @"\G[\s#:""'(*`]*(?:INC-?\s?(?<incident>[1-9]\d{0,8})(?:\s?/\s?\#?(?<number>[1-9]\d{0,8}))?"
            + @"|(?<incident>[1-9]\d{0,8})\s?/\s?\#?(?<number>[1-9]\d{0,8}))(?:[^\p{L}\p{N}\s?/]*(?=\s|\z)|(?![\p{L}\p{N}/']))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex TargetForm();
}

/// <summary>A command to an incident.</summary>
internal sealed record Ordered(CommandVerb Verb, QuestionId? Question, int? Incident, string Argument) : ChatCommand;

/// <summary>An answer to a request.</summary>
/// <param name="Vote">The fact, but for its time; its plan is null where the answer is to whatever plan stands now.</param>
internal sealed record Answers(Voted Vote) : ChatCommand;

/// <summary>An incident is to be opened by hand.</summary>
/// <param name="Subject">Name of a subject or id of a runbook; null where none was said.</param>
internal sealed record Opens(string Host, string? Subject = null) : ChatCommand;

/// <summary>What is open is asked for.</summary>
internal sealed record Lists : ChatCommand;

/// <summary>The figures of the last days are asked for.</summary>
internal sealed record Counts(int Days) : ChatCommand;

/// <summary>Work for an administrator: add, list, confirm or revoke.</summary>
internal sealed record Relaying(string What, string Name) : ChatCommand;

/// <summary>Said among people.</summary>
/// <param name="Answer"><c>approve</c> or <c>deny</c> where it begins like an answer that could not be read; else null.</param>
internal sealed record Talk(string? Answer = null) : ChatCommand;

/// <summary>Meant for the bot but not understood; the sentence says what to do.</summary>
internal sealed record Mistaken(string Sentence) : ChatCommand;

using System.CommandLine;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.OnCall.Calendars;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Commands;

/// <summary>Shows what an activity of Teams is understood as.</summary>
internal static class HearCommand
{
    /// <summary>The people of the samples, where no others are named.</summary>
    private static readonly Holder[] Sample =
    [
        new("Riley Reyes", "29:riley"),
        new("Olu Adeyemi", "29:olu"),
        new("Lena Lindqvist", "29:lena"),
    ];

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "An activity as Teams posts it to /api/messages (JSON)." };
        var people = new Option<FileInfo?>("--people")
        {
            Description =
                """Members of the team: [{"name": …, "id": …}], the id being that of their account (29:…) or of Entra. """
                + "Else Riley Reyes, Olu Adeyemi and Lena Lindqvist: 29:riley, 29:olu, 29:lena.",
        };
        var hear = new Command(
            "hear",
            "Says what an activity is understood as, in the thread of an incident. Nothing is done, kept or sent."
        )
        {
            file,
            people,
        };
        hear.SetAction(
            (parsed, cancellationToken) =>
                HearAsync(parsed, parsed.GetRequiredValue(file), MembersOf(parsed.GetValue(people)), cancellationToken)
        );
        return hear;
    }

    private static async Task<int> HearAsync(ParseResult parsed, FileInfo file, Member[] members, CancellationToken cancellationToken)
    {
        await using var body = BotCommand.Open(file);
        var activity = await ActivityJson.ReadAsync(body, cancellationToken);
        var sender = activity?.From is { } from
            ? members.FirstOrDefault(member =>
                member.AccountId == from.Id || string.Equals(member.Id, from.AadObjectId, StringComparison.OrdinalIgnoreCase)
            ) ?? new Member(from.AadObjectId ?? "", from.Id ?? "", from.Name ?? "somebody")
            : null;
        var heard = activity is null || sender is null ? null : Heard.Of(activity, sender, members);
        var understood =
            heard is not null ? Understood(heard)
            : activity is null ? "declined: this is no activity"
            : activity is { Conversation: null or { Id: null or "" } } ? $"declined: {MessagesEndpoint.NoPlace}"
            : "nothing that anybody said";
        BotCommand.Print(parsed, understood, new { Understood = understood });
        return BotCommand.Done;
    }

    private static string Understood(Heard heard) =>
        ChatCommand.Of(heard, new Person(heard.By.Id, heard.By.Name, [])) switch
        {
            Answers(var vote) => Joined("command", Vocabulary.WordOf(vote.Answer), vote.Question.Short, vote.Why.Value ?? ""),
            Ordered { Verb: CommandVerb.Note } note => Note(note.Argument),
            Ordered { Verb: CommandVerb.Hand } when heard.Mentioned is [var other, ..] =>
                $"command hand to {other.Name} ({other.AccountId})",
            Ordered { Verb: CommandVerb.Hand } => "command hand: takeover ended, ImcBot goes on",
            Ordered { Question: null, Incident: null, Argument.Length: 0 } bare =>
                $"command {Words.Kebab(bare.Verb)}{(heard.IsAddressed ? ", addressed" : "")}",
            Ordered ordered => Joined(
                "command",
                Words.Kebab(ordered.Verb),
                ordered.Question?.Short
                    ?? (ordered.Incident is { } incident && ordered.Verb is not CommandVerb.Undo ? $"INC-{incident}" : ""),
                ordered.Argument
            ),
            Opens opens => $"command open {opens.Host} {opens.Subject}".TrimEnd(),
            Counts counts => $"command stats {counts.Days}d",
            Relaying relaying => Joined("command", "relay", relaying.What, relaying.Name),
            Mistaken mistaken => $"declined: {mistaken.Sentence}",
            Talk { Answer: { } word } => $"declined while a request is open: {ChatCommand.WhichRequest(word, "7/3")}",
            _ when heard.Attached is { } attached => $"note by {heard.By.Name}: {attached}",
            _ => "talk",
        };

    private static string Note(string argument)
    {
        try
        {
            return NoteTime.Read(argument) is ({ } at, var text) ? $"note at {at} UTC, marked reported: {text}" : $"note: {argument}";
        }
        catch (Unclear unclear)
        {
            return $"declined: {unclear.Message}";
        }
    }

    private static string Joined(params string[] words) => string.Join(' ', words.Where(word => word.Length > 0));

    private static Member[] MembersOf(FileInfo? file) =>
        [.. (BotCommand.HoldersIn(file) ?? Sample).Select(person => new Member(person.Id, person.Id, person.Name))];
}

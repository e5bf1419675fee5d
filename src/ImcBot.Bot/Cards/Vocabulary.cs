using System.Collections.Frozen;
using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Cards;

/// <summary>The words people may type, and what each does, in a line.</summary>
internal static class Vocabulary
{
    public const string Approve = "approve",
        Deny = "deny",
        BreakGlass = "break-glass",
        DenyNext = "deny-next",
        DenyStop = "deny-stop",
        Open = "open",
        Relay = "relay",
        Stats = "stats",
        Incidents = "incidents",
        ConfirmRelay = "confirm-relay",
        View = "view";

    // Of three letters nearly every word is near some command.
    private const int ShortestSlip = 4;

    /// <summary>Commands to an incident, by word.</summary>
    public static FrozenDictionary<string, CommandVerb> Verbs { get; } =
        Enum.GetValues<CommandVerb>()
            .Where(verb => verb is not CommandVerb.Unknown)
            .ToFrozenDictionary(verb => Words.Kebab(verb), StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers to a request, by word.</summary>
    public static FrozenDictionary<string, Answer> Answers { get; } =
        new Dictionary<string, Answer>(StringComparer.Ordinal)
        {
            [Approve] = Answer.Approve,
            [Deny] = Answer.DenyNext,
            [DenyStop] = Answer.DenyStop,
            [BreakGlass] = Answer.BreakGlass,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The word that gives this answer.</summary>
    public static string WordOf(Answer answer) => Answers.FirstOrDefault(known => known.Value == answer).Key ?? Words.Kebab(answer);

    /// <summary>Every word that begins a command.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Verbs.Keys, Approve, Deny, DenyStop, BreakGlass, Open, Relay, Stats, Incidents];

    /// <summary>Words that take free text; a longer sentence that begins with another word is talk.</summary>
    public static bool TakesText(string word, string rest) =>
        word.Equals("messages", StringComparison.OrdinalIgnoreCase)
            ? rest.Split(' ')[0].ToLowerInvariant() is "return" or "headers" or "delete"
        : word.Equals("help", StringComparison.OrdinalIgnoreCase) ? rest.Equals("all", StringComparison.OrdinalIgnoreCase)
        : word.Equals("export", StringComparison.OrdinalIgnoreCase) ? !rest.Contains(' ')
        : word.ToLowerInvariant() is "ask" or "note" or "hand" or "review" or "follow-up" or "undo" or "redact" or Open or Relay or Stats;

    /// <summary>Words behind which something is named, and nothing is told.</summary>
    public static bool TakesName(string word) => word is "ask" or "export" or "follow-up" or "redact" or "undo" or Open or Relay or Stats;

    /// <summary>Words that ask for something to be shown, or keep what follows as it is.</summary>
    public static bool OnlyReads(string word) =>
        word is "status" or "why" or "help" or "messages" or "export" or "note" or Stats or Incidents;

    /// <summary>Words behind which nothing is read but the incident that is meant.</summary>
    public static bool TakesNothing(string word) => Verbs.ContainsKey(word) && word is not "retract" && !TakesText(word, "");

    public static IReadOnlyList<(string Words, string Does)> Help { get; } =
    [
        (
            "status · why · messages",
            "where it stands; why this step, with the article's line; the suspicious items, which may be called as its cards call them"
        ),
        (
            "messages return 12 · messages return archived",
            "put held items back, or what the service itself laid aside; approved like any change"
        ),
        (
            "messages headers 12 · messages delete 12 reason",
            "headers, to you alone; deletion, decided by the item's owner when all is over"
        ),
        (
            "approve 7/3 · deny 7/3 why · deny-stop 7/3 why",
            "answer a request; deny offers the next remedy, deny-stop ends the asking; without the role your no stands on the card, "
                + $"and the owner's holds it up for {Votes.OwnersPause / Micros.Minute} minutes, once"
        ),
        (
            "on-it · retract 7/3",
            $"or 'on it': nobody else is called for {Asking.SeenPause / Micros.Minute} minutes; take your answer back, or an "
                + "approval that has not begun"
        ),
        (
            "break-glass 7/3 reason",
            "one on call approves alone, for a typed reason; never what cannot be undone, never beyond the relay's policy; somebody "
                + "else reviews it"
        ),
        ("review @name", "name who reviews a break-glass; until then the incident cannot be closed"),
        ("take · hand @name", "own the incident, or give it to somebody; hand alone gives it back after takeover"),
        (
            "ask · start-once · recommended · skip",
            "ask for the offered remedy, for one plain start, for the recommended step first, or pass it"
        ),
        ("ask STEP", "ask for a step of the article again that was refused, passed over or not answered, by its name or number"),
        ("done · retry", "a manual step is done; check everything again"),
        ("watch · walk", "the service works: only watch, or walk the article anyway"),
        ("end · go-on", "end a search and keep the suspects held; go on separating them, asking for more once the budget is spent"),
        ("stop · pause · resume · takeover", "safe rest now; hold on; go on; ImcBot only reads until resume or hand"),
        ("undo 7/2", "take a change back, by its number"),
        (
            "follow-up 2 @name 2026-12-31 · follow-up 2 done",
            "give what is left open an owner and a date, or end it; held items without an owner keeps the incident open"
        ),
        ("escalate · close", "hand it to the lead; end it"),
        (
            "note text · note --at 03:10 text",
            "keep a note in the record; --at for work done by hand at that time (UTC), of another day --at 2026-12-31 03:10"
        ),
        (
            "export · export md · export jsonl · export transcript",
            "get the record privately: a page, Markdown, the form that verifies, or for the Emulator"
        ),
        ("redact 12", "remove the texts of entry 12 from the record; administrators, and whoever wrote them"),
        ("stats 30d", "times, answers and causes of the last days"),
        ("incidents", "what is open, and what each waits for"),
        ("open HOST [SUBJECT]", "open an incident for a host yourself; where it has several subjects, say which"),
        ("relay add HOST · relay list · relay revoke ID", "administrators only"),
    ];

    /// <summary>The word nearest to this one, or null when none is near.</summary>
    public static string? Nearest(string word)
    {
        var (distance, nearest) = All.Select(known => (Distance: EditDistance(word.ToLowerInvariant(), known), known))
            .MinBy(pair => pair.Distance);
        return word.Length >= ShortestSlip && distance <= Math.Max(1, Math.Min(word.Length, nearest.Length) / 3) ? nearest : null;
    }

    /// <summary>Letters to change, add, drop or swap with a neighbour.</summary>
    private static int EditDistance(string one, string other)
    {
        if (one.Length > 32)
        {
            return int.MaxValue;
        }

        var cost = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                cost[i, j] = (i, j) switch
                {
                    (_, 0) => i,
                    (0, _) => j,
                    _ => Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[one.Length, other.Length];
    }
}

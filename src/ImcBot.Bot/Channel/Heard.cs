using System.Globalization;
using ImcBot.Contracts;
using Microsoft.Bot.Schema;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>
/// What an activity tells that a member of the team said or clicked. Whoever said it is known from the signed activity alone.
/// </summary>
/// <param name="Thread">Conversation id.</param>
/// <param name="IsPersonal">Said in the private chat with the bot.</param>
/// <param name="IsAddressed">The bot was mentioned, or what was said begins with @ and its name.</param>
/// <param name="Text">Without mentions of the bot.</param>
/// <param name="Mentioned">Other members who were mentioned.</param>
/// <param name="Click">The button, or null for text.</param>
internal sealed record Heard(
    Member By,
    string Thread,
    bool IsPersonal,
    bool IsAddressed,
    string Text,
    IReadOnlyList<Member> Mentioned,
    Click? Click = null
)
{
    /// <summary>Activity id of the words; null for a button.</summary>
    public string? Message { get; init; }

    /// <summary>The words replace those that the message held before; they are never a command.</summary>
    public bool IsChanged { get; init; }

    /// <summary>What was attached where nothing was said, by kind and name, in words; else null.</summary>
    public string? Attached { get; init; }

    /// <summary>Said where others than the team may read: a group chat, or a channel of another team.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Reads an activity of this member; null where it says nothing.</summary>
    public static Heard? Of(Activity activity, Member by, IReadOnlyList<Member> members) =>
        activity switch
        {
            { Conversation: null or { Id: null or "" } } => null,
            { Type: "invoke", Name: "adaptiveCard/action", Value: JObject value } => Say(activity, by, members) with
            {
                Click = Click.Executed(value, activity.ReplyToId),
            },
            { Type: "message", Value: JObject value } => Say(activity, by, members) with
            {
                Click = Click.Submitted(value, activity.ReplyToId),
            },
            { Type: "message" } => Say(activity, by, members) with { Message = activity.Id },
            { Type: "messageUpdate" } => Say(activity, by, members) with { Message = activity.Id, IsChanged = true },
            _ => null,
        };

    /// <summary>Somebody wrote where others read too, and did not mention the bot.</summary>
    public static bool IsTalkAmongPeople(Activity activity) =>
        activity is { Type: "message", Value: null, Conversation.ConversationType: "channel" or "groupChat" }
        && (activity.Text is { Length: > 0 } || AttachmentWords.Of(activity.Attachments) is not null)
        && !Mentions(activity).Any(mention => mention.Mentioned.Id == activity.Recipient?.Id);

    private static IEnumerable<Mention> Mentions(Activity activity) =>
        (activity.Entities ?? []).OfType<Mention>().Where(entity => entity is { Type: "mention", Mentioned.Id: not null });

    private static Heard Say(Activity activity, Member by, IReadOnlyList<Member> members)
    {
        var mentions = Mentions(activity).ToArray();
        var bot = activity.Recipient?.Id;
        var (text, isNamed) = TypedText.WithoutName(TypedText.Of(activity.Text, mentions, bot), activity.Recipient?.Name);
        return new Heard(
            by,
            activity.Conversation!.Id!,
            activity.Conversation.ConversationType == "personal",
            isNamed || mentions.Any(mention => mention.Mentioned.Id == bot),
            text,
            [.. mentions.Where(mention => mention.Mentioned.Id != bot).Select(mention => Find(mention.Mentioned, members)).OfType<Member>()]
        )
        {
            Attached = text.Length == 0 ? AttachmentWords.Of(activity.Attachments) : null,
        };
    }

    private static Member? Find(ChannelAccount account, IReadOnlyList<Member> members) =>
        members.FirstOrDefault(member =>
            member.AccountId == account.Id || string.Equals(member.Id, account.AadObjectId, StringComparison.OrdinalIgnoreCase)
        );
}

/// <summary>
/// A pressed button: its verb, and the card's data with what was typed into its fields. Data is never believed about who clicks.
/// </summary>
/// <param name="IsRefresh">The client asked for the card again by itself; nobody has clicked.</param>
/// <param name="TakesCard">The answer may be a card that the clicker alone sees; an old client would show it to everybody.</param>
/// <param name="Card">Activity id of the message whose button was pressed, where the channel tells it.</param>
internal sealed record Click(
    string Verb,
    IReadOnlyDictionary<string, string> Data,
    bool IsRefresh = false,
    bool TakesCard = false,
    string? Card = null
)
{
    private const int MostValue = 2000;

    public string? this[string name] => Data.GetValueOrDefault(name);

    /// <summary>What the card is about; nothing where it says none.</summary>
    public QuestionId Question => QuestionId.TryParse(this["question"], out var asked) ? asked : default;

    /// <summary>Number of the incident that the card is of; null where it says none.</summary>
    public int? Incident =>
        Question != default ? Question.Incident
        : QuestionId.TryParse($"{this["incident"]}/1", out var any) ? any.Incident
        : null;

    public static Click Executed(JObject value, string? card)
    {
        var action = value["action"] as JObject;
        var data = Texts(action?["data"]);
        var verb = Text(action?["verb"]) ?? data.GetValueOrDefault("verb", "");
        return new Click(verb, data, IsAutomatic(value), TakesCard: true, card);
    }

    /// <summary>The client asked for the card again by itself.</summary>
    public static bool IsAutomatic(JObject value) => Text(value["trigger"]) == "automatic";

    public static Click Submitted(JObject value, string? card)
    {
        var data = Texts(value);
        return new Click(data.GetValueOrDefault("verb", ""), data, Card: card);
    }

    private static Dictionary<string, string> Texts(JToken? data) =>
        (data as JObject)
            ?.Properties()
            .Where(pair => pair.Value.Type is JTokenType.String or JTokenType.Integer or JTokenType.Float)
            .ToDictionary(
                pair => pair.Name,
                pair => Text(pair.Value) is { Length: > MostValue } text ? text[..MostValue] : Text(pair.Value) ?? "",
                StringComparer.Ordinal
            )
        ?? [];

    private static string? Text(JToken? token) => (token as JValue)?.ToString(CultureInfo.InvariantCulture);
}

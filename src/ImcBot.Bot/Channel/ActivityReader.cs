using System.Globalization;
using Microsoft.Bot.Schema;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>Reads what a member said or clicked out of an activity.</summary>
internal static class ActivityReader
{
    private const int MostValue = 2000;

    public static Heard? Read(Activity activity, Member by, IReadOnlyList<Member> members) =>
        activity switch
        {
            { Conversation: null or { Id: null or "" } } => null,
            { Type: "invoke", Name: "adaptiveCard/action", Value: JObject value } => Say(activity, by, members) with
            {
                Click = Execute(value),
                Card = activity.ReplyToId,
            },
            { Type: "message", Value: JObject value } => Say(activity, by, members) with
            {
                Click = Submit(value),
                Card = activity.ReplyToId,
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
        MentionMark[] marks =
        [
            .. mentions.Select(mention => new MentionMark(mention.Mentioned.Id, mention.Mentioned.Name ?? "", mention.Text)),
        ];
        var text = TypedText.Of(activity.Text, marks, mark => mark.Id == bot);
        return new Heard(
            by,
            activity.Conversation!.Id!,
            activity.Conversation.ConversationType == "personal",
            mentions.Any(mention => mention.Mentioned.Id == bot),
            text,
            [
                .. mentions
                    .Where(mention => mention.Mentioned.Id != bot)
                    .Select(mention => Find(mention.Mentioned, members))
                    .OfType<Member>(),
            ],
            Attached: text.Length == 0 ? AttachmentWords.Of(activity.Attachments) : null
        );
    }

    private static Member? Find(ChannelAccount account, IReadOnlyList<Member> members) =>
        members.FirstOrDefault(member => member.AccountId == account.Id || (account.AadObjectId is { } id && member.Id == id));

    private static Click Execute(JObject value)
    {
        var action = value["action"] as JObject;
        var data = Texts(action?["data"]);
        var verb = Text(action?["verb"]) ?? data.GetValueOrDefault("verb", "");
        return new Click(verb, data, IsRefresh: Text(value["trigger"]) == "automatic", TakesCard: true);
    }

    private static Click Submit(JObject value)
    {
        var data = Texts(value);
        return new Click(data.GetValueOrDefault("verb", ""), data);
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

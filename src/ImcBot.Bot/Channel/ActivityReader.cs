using System.Net;
using System.Text.Json;

namespace ImcBot.Bot.Channel;

/// <summary>Reads what a member said or clicked out of an activity.</summary>
internal static class ActivityReader
{
    private const int MostText = 8000, MostValue = 2000;

    public static Heard? Read(Activity activity, Member by, IReadOnlyList<Member> members) => activity switch
    {
        { Conversation.Id: null } => null,
        { Type: "invoke", Name: "adaptiveCard/action", Value: { ValueKind: JsonValueKind.Object } value } => Say(activity, by, members) with { Click = Execute(value), Card = activity.ReplyToId },
        { Type: "message", Value: { ValueKind: JsonValueKind.Object } value } => Say(activity, by, members) with { Click = Submit(value), Card = activity.ReplyToId },
        { Type: "message" } => Say(activity, by, members) with { Message = activity.Id },
        { Type: "messageUpdate" } => Say(activity, by, members) with { Message = activity.Id, IsChanged = true },
        _ => null,
    };

    /// <summary>Somebody wrote where others read too, and did not mention the bot.</summary>
    public static bool IsTalkAmongPeople(Activity activity) =>
        activity is { Type: "message", Value: null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }, Text.Length: > 0, Conversation.ConversationType: "channel" or "groupChat" }
        && !Mentions(activity).Any(mention => mention.Mentioned!.Id == activity.Recipient?.Id);

    private static IEnumerable<Entity> Mentions(Activity activity) =>
        (activity.Entities ?? []).Where(entity => entity is { Type: "mention", Text.Length: > 0, Mentioned.Id: not null });

    private static Heard Say(Activity activity, Member by, IReadOnlyList<Member> members)
    {
        var mentions = Mentions(activity).ToArray();
        var bot = activity.Recipient?.Id;
        var text = activity.Text ?? "";
        foreach (var mention in mentions)
        {
            var mine = mention.Mentioned!.Id == bot;
            text = text.Replace(mention.Text!, mine ? "" : "@" + mention.Mentioned.Name, StringComparison.Ordinal);
        }

        return new Heard(
            by, activity.Conversation!.Id!, activity.Conversation.ConversationType == "personal", mentions.Any(mention => mention.Mentioned!.Id == bot), Plain(text),
            [.. mentions.Where(mention => mention.Mentioned!.Id != bot).Select(mention => Find(mention.Mentioned!, members)).OfType<Member>()]);
    }

    private static Member? Find(Account account, IReadOnlyList<Member> members) =>
        members.FirstOrDefault(member => member.AccountId == account.Id || (account.AadObjectId is { } id && member.Id == id));

    private static string Plain(string text)
    {
        var plain = WebUtility.HtmlDecode(text).Replace('\u00a0', ' ').Trim();
        return plain.Length <= MostText ? plain : plain[..MostText];
    }

    private static Click Execute(JsonElement value)
    {
        var action = value.TryGetProperty("action", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var data = action.ValueKind == JsonValueKind.Object && action.TryGetProperty("data", out var carried) ? Texts(carried) : [];
        var verb = action.ValueKind == JsonValueKind.Object && action.TryGetProperty("verb", out var name) ? name.ToString() : data.GetValueOrDefault("verb", "");
        var refresh = value.TryGetProperty("trigger", out var trigger) && trigger.ValueKind == JsonValueKind.String && trigger.ValueEquals("automatic");
        return new Click(verb, data, refresh, TakesCard: true);
    }

    private static Click Submit(JsonElement value)
    {
        var data = Texts(value);
        return new Click(data.GetValueOrDefault("verb", ""), data);
    }

    private static Dictionary<string, string> Texts(JsonElement data) => data.ValueKind != JsonValueKind.Object
        ? []
        : data.EnumerateObject().Where(pair => pair.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            .DistinctBy(pair => pair.Name, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Name, pair => pair.Value.ToString() is { Length: > MostValue } text ? text[..MostValue] : pair.Value.ToString(), StringComparer.Ordinal);
}

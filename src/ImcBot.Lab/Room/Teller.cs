using System.Globalization;
using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>Words the activities: the same thing said in the channel, in a thread or in private.</summary>
internal sealed class Teller(RoomSettings settings, TimeProvider time)
{
    private const string Locale = "en-US";

    private static readonly Entity Client = new()
    {
        Type = "clientInfo",
        Locale = Locale,
        Country = "US",
        Platform = "Web",
        Timezone = "UTC",
    };

    private Account Bot => new(settings.BotAccountId, settings.BotName);

    private Named Tenant => new(settings.TenantId);

    /// <summary>A typed message; every <c>@ImcBot</c> in it becomes a real mention.</summary>
    public Activity Message(Person from, Place place, string text)
    {
        var tag = $"<at>{settings.BotName}</at>";
        var said = text.Replace($"@{settings.BotName}", tag, StringComparison.OrdinalIgnoreCase);
        var mention = new Entity
        {
            Type = "mention",
            Mentioned = Bot,
            Text = tag,
        };
        return Spoken("message", from, place) with
        {
            Text = said,
            TextFormat = "plain",
            Entities = said.Contains(tag, StringComparison.Ordinal) ? [mention, Client] : [Client],
            ChannelData = place.IsPersonal
                ? new() { Tenant = Tenant }
                : new()
                {
                    TeamsChannelId = Team.ChannelId,
                    TeamsTeamId = Team.ChannelId,
                    Tenant = Tenant,
                    Team = new(Team.ChannelId),
                    Channel = new(Team.ChannelId),
                },
        };
    }

    /// <summary>What a message says after its author has changed it.</summary>
    public Activity Changed(Person from, Place place, string id, string text)
    {
        var message = Message(from, place, text);
        return message with { Type = "messageUpdate", Id = id, ChannelData = message.ChannelData with { EventType = "editMessage" } };
    }

    /// <summary>A message is gone; its words are not told again.</summary>
    public Activity Deleted(Person from, Place place, string id)
    {
        var message = Message(from, place, "");
        return message with
        {
            Type = "messageDelete",
            Id = id,
            Text = null,
            TextFormat = null,
            ChannelData = message.ChannelData with { EventType = "softDeleteMessage" },
        };
    }

    /// <summary>A click on <c>Action.Execute</c>, or the client's own refresh (<paramref name="trigger"/> <c>automatic</c>).</summary>
    public Activity Invoke(Person from, Place place, string replyTo, JsonNode action, string trigger) =>
        Spoken("invoke", from, place) with
        {
            Name = "adaptiveCard/action",
            ReplyToId = replyTo,
            Value = new JsonObject { ["action"] = action.DeepClone(), ["trigger"] = trigger },
            ChannelData = Clicked(place),
        };

    /// <summary>The answer to an offered file.</summary>
    public Activity FileChoice(Person from, string replyTo, JsonObject choice) =>
        Spoken("invoke", from, new(from, null)) with
        {
            Name = "fileConsent/invoke",
            ReplyToId = replyTo,
            Value = choice,
            ChannelData = Clicked(new(from, null)),
        };

    /// <summary>A click on <c>Action.Submit</c>: a message without text, carrying the card's data.</summary>
    public Activity Submit(Person from, Place place, string replyTo, JsonNode? data) =>
        Spoken("message", from, place) with
        {
            ReplyToId = replyTo,
            Value = data?.DeepClone(),
            ChannelData = Clicked(place),
        };

    /// <summary>The two activities a bot gets when it is installed in the team or in somebody's personal scope.</summary>
    public IReadOnlyList<Activity> Installed(Person by, Place place)
    {
        var selected = new ChannelSettings(new(place.ConversationId));
        var team = place.IsPersonal ? null : new TeamInfo(Team.ChannelId, settings.Team, Team.GroupId);
        var installation = Silent("installationUpdate", by, place) with
        {
            Locale = Locale,
            Entities = [new() { Type = "clientInfo", Locale = Locale }],
            Action = "add",
            ChannelData = new()
            {
                Tenant = Tenant,
                Team = team,
                Channel = place.IsPersonal ? null : new(Team.ChannelId),
                Source = new("message"),
                Settings = selected,
            },
        };
        var update = Silent("conversationUpdate", by, place) with
        {
            MembersAdded = place.IsPersonal
                ? [new(by.AccountId, AadObjectId: by.ObjectId), new(settings.BotAccountId)]
                : [new(settings.BotAccountId)],
            ChannelData = place.IsPersonal
                ? new() { Tenant = Tenant }
                : new()
                {
                    Tenant = Tenant,
                    Team = team,
                    EventType = "teamMemberAdded",
                    Settings = selected,
                },
        };
        return [installation, update];
    }

    private ChannelData Clicked(Place place) =>
        place.IsPersonal
            ? new() { Source = new("message"), Tenant = Tenant }
            : new()
            {
                Source = new("message"),
                Tenant = Tenant,
                Team = new(Team.ChannelId),
                Channel = new(Team.ChannelId),
            };

    private Activity Spoken(string type, Person from, Place place) =>
        Silent(type, from, place) with
        {
            From = new(from.AccountId, from.Name, from.ObjectId),
            LocalTimestamp = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            LocalTimezone = "UTC",
            Locale = Locale,
            Entities = [Client],
        };

    private Activity Silent(string type, Person from, Place place) =>
        new()
        {
            Type = type,
            Id = Guid.NewGuid().ToString(),
            From = new(from.AccountId, AadObjectId: from.ObjectId),
            Timestamp = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ServiceUrl = settings.ServiceUrl.ToString(),
            Conversation = new(
                place.ConversationId,
                place.IsPersonal ? "personal" : "channel",
                settings.TenantId,
                place.IsPersonal ? null : true
            ),
            Recipient = Bot,
            ChannelData = new() { Tenant = Tenant },
        };
}

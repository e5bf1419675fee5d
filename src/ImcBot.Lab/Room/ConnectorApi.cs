using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>The connector's REST API for posts: send, reply, edit, delete, open a conversation, with the answers Teams gives.</summary>
internal static class ConnectorApi
{
    /// <summary>A bot message of more than about 100 KB in UTF-16 is refused by Teams.</summary>
    private const int MostCharacters = 50 * 1024;

    public static void Map(IEndpointRouteBuilder v3)
    {
        v3.MapPost("/conversations", Create);
        v3.MapPost(
            "/conversations/{conversation}/activities",
            (string conversation, JsonObject activity, RoomLog log, PostPace pace, RoomSettings settings) =>
                Send(conversation, null, activity, log, pace, settings)
        );
        v3.MapPost("/conversations/{conversation}/activities/{id}", Send);
        v3.MapPut("/conversations/{conversation}/activities/{id}", Update);
        v3.MapDelete("/conversations/{conversation}/activities/{id}", Delete);
    }

    private static IResult Create(JsonObject asked, RoomLog log, PostPace pace, RoomSettings settings)
    {
        var first = (asked["members"] as JsonArray)?.FirstOrDefault()?["id"]?.ToString();
        if (asked["isGroup"]?.GetValue<bool>() != true)
        {
            return first is not null && Team.Find(first) is { } person
                ? Results.Json(new { id = person.PersonalChat }, statusCode: 201)
                : ConnectorError.Of(400, "BadSyntax", "Bad format of conversation ID: name one member of the team.");
        }
        if (asked["channelData"]?["channel"]?["id"]?.ToString() != Team.ChannelId)
        {
            return ConnectorError.Of(403, "ForbiddenOperationException", "The bot is not part of the conversation roster.");
        }
        if (asked["activity"] is not JsonObject activity)
        {
            return ConnectorError.Of(400, "BadSyntax", "Activity is null: a new thread needs its first message.");
        }
        return Keep(
            Place.Channel,
            activity,
            log,
            pace,
            settings,
            post => new { id = $"{Team.ChannelId};messageid={post.Id}", activityId = post.Id }
        );
    }

    private static IResult Send(string conversation, string? id, JsonObject activity, RoomLog log, PostPace pace, RoomSettings settings)
    {
        if (Place.Of(conversation) is not { } place || (place.Thread is { } thread && log.Find(thread) is null))
        {
            return ConnectorError.NoConversation();
        }
        if (activity["type"]?.ToString() == "typing")
        {
            return Results.StatusCode(202);
        }
        // A reply to a message of the channel lands in that message's thread, whatever conversation id it was sent with.
        if (!place.IsPersonal && place.Thread is null && id is not null && log.Find(id)?.Thread is { } answered)
        {
            place = place with { Thread = answered };
        }
        return Keep(place, activity, log, pace, settings, post => new { id = post.Id });
    }

    private static IResult Keep(
        Place place,
        JsonObject activity,
        RoomLog log,
        PostPace pace,
        RoomSettings settings,
        Func<Post, object> named
    )
    {
        if (activity.ToJsonString().Length > MostCharacters)
        {
            return ConnectorError.Of(413, "MessageSizeTooBig", "Message size too large.");
        }
        if (pace.Refuses(place.ConversationId) is { } wait)
        {
            return ConnectorError.TooMany(wait);
        }
        if (IsTwoMessages(activity))
        {
            return KeepApart(place, activity, log);
        }
        var post = log.Add(place, from: null, activity.DeepClone().AsObject());
        return settings.IsPlain ? Results.StatusCode(202) : Results.Json(named(post), statusCode: 201);
    }

    /// <summary>Clients make two messages of a mention beside a card, and then there is no one id to answer with.</summary>
    private static bool IsTwoMessages(JsonObject activity) =>
        activity["attachments"] is JsonArray { Count: > 0 }
        && activity["entities"] is JsonArray { Count: > 0 }
        && activity["text"]?.ToString() is { Length: > 0 };

    private static IResult KeepApart(Place place, JsonObject activity, RoomLog log)
    {
        var (words, card) = (activity.DeepClone().AsObject(), activity.DeepClone().AsObject());
        words.Remove("attachments");
        card.Remove("text");
        card.Remove("entities");
        var first = log.Add(place, from: null, words);
        log.Add(place with { Thread = place.IsPersonal ? null : first.Thread }, from: null, card);
        return Results.StatusCode(202);
    }

    private static IResult Update(string conversation, string id, JsonObject activity, RoomLog log, TimeProvider time)
    {
        if (activity.ToJsonString().Length > MostCharacters)
        {
            return ConnectorError.Of(413, "MessageSizeTooBig", "Message size too large.");
        }
        if (Own(conversation, id, log) is not { } post)
        {
            return ConnectorError.Of(404, "ActivityNotFoundInConversation", "Unknown activity id.");
        }
        log.Replace(post with { Activity = activity.DeepClone().AsObject(), Edited = time.GetUtcNow() });
        return Results.Json(new { id });
    }

    private static IResult Delete(string conversation, string id, RoomLog log, TimeProvider time)
    {
        if (Own(conversation, id, log) is not { } post)
        {
            return ConnectorError.Of(404, "ActivityNotFoundInConversation", "Unknown activity id.");
        }
        log.Replace(post with { Activity = [], Deleted = true, Edited = time.GetUtcNow() });
        return Results.Ok();
    }

    private static Post? Own(string conversation, string id, RoomLog log) =>
        Place.Of(conversation) is { } place
        && log.Find(id) is { Deleted: false, From: null } post
        && post.Chat == (place.Owner?.PersonalChat ?? Team.ChannelId)
            ? post
            : null;
}

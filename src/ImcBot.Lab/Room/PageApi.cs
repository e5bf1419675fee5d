using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImcBot.Lab.Room;

/// <summary>What the chat page and the drills call: read the room, say something, click, refresh, listen.</summary>
internal static class PageApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api");
        api.MapGet("/room", Room);
        api.MapGet("/events", Events);
        api.MapPost("/messages", SayAsync);
        api.MapPut("/messages/{id}", ChangeAsync);
        api.MapDelete("/messages/{id}", DeleteAsync);
        api.MapPost("/clicks", ClickAsync);
        api.MapPost("/refreshes", RefreshAsync);
        api.MapPost("/file-choices", ChooseFileAsync);
    }

    private static IResult Room(string? person, Conversations conversations, RoomSettings settings)
    {
        var viewer = Team.Find(person ?? "") ?? Team.Riley;
        return Results.Json(
            new
            {
                team = settings.Team,
                channel = Team.ChannelName,
                bot = settings.BotName,
                people = Team.People.Select(one => new
                {
                    one.Key,
                    one.Name,
                    one.Role,
                    one.AccountId,
                }),
                viewer = viewer.Key,
                server = settings.Server is null ? null : new { scene = settings.Scene, host = settings.Host },
                plain = settings.IsPlain,
                posts = conversations.Seen(viewer),
            },
            Activity.Json
        );
    }

    private static ServerSentEventsResult<object> Events(string? person, Audience audience, HttpContext context)
    {
        // A page that opens the stream before anything happens must still see its connection open.
        async IAsyncEnumerable<SseItem<object>> Stream()
        {
            yield return new(new { }, "open");
            await foreach (var view in audience.Listen(Team.Find(person ?? "") ?? Team.Riley, context.RequestAborted))
            {
                yield return new(view, "post");
            }
        }
        return TypedResults.ServerSentEvents(Stream());
    }

    private static async Task<IResult> SayAsync(
        Saying saying,
        Conversations conversations,
        RoomLog log,
        CancellationToken cancellationToken
    )
    {
        if (Team.Find(saying.Person) is not { } person)
        {
            return NoPerson(saying.Person);
        }
        if (string.IsNullOrWhiteSpace(saying.Text))
        {
            return Sentence(400, "There is nothing to say: give the message a text.");
        }
        if (saying.Thread is { } thread && log.Find(thread)?.Thread != thread)
        {
            return Sentence(404, $"There is no thread {thread} in this channel.");
        }
        Place? place = saying.Chat switch
        {
            "channel" => new Place(null, saying.Thread),
            "personal" => new Place(person, null),
            _ => null,
        };
        if (place is null)
        {
            return Sentence(400, $"There is no chat '{saying.Chat}': say it in 'channel' or 'personal'.");
        }
        var post = await conversations.SayAsync(person, place, saying.Text.Trim(), cancellationToken);
        return Results.Json(
            new
            {
                post.Id,
                post.Thread,
                post.Undelivered,
            },
            Activity.Json,
            statusCode: 201
        );
    }

    private static async Task<IResult> ChangeAsync(
        string id,
        Change change,
        Conversations conversations,
        RoomLog log,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        Team.Find(change.Person) is not { } person ? NoPerson(change.Person)
        : Own(log, id, person) is not { } post ? NotYours(id)
        : string.IsNullOrWhiteSpace(change.Text) ? Sentence(400, "There is nothing to say: give the message a text, or delete it.")
        : Results.Json(
            new { (await conversations.ChangeAsync(person, post, change.Text.Trim(), time.GetUtcNow(), cancellationToken)).Undelivered },
            Activity.Json
        );

    private static async Task<IResult> DeleteAsync(
        string id,
        string? person,
        Conversations conversations,
        RoomLog log,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        Team.Find(person ?? "") is not { } author ? NoPerson(person ?? "")
        : Own(log, id, author) is not { } post ? NotYours(id)
        : Results.Json(
            new { (await conversations.DeleteAsync(author, post, time.GetUtcNow(), cancellationToken)).Undelivered },
            Activity.Json
        );

    private static Post? Own(RoomLog log, string id, Person person) =>
        log.Find(id) is { Deleted: false } post && post.From == person.Key ? post : null;

    private static IResult NotYours(string id) => Sentence(404, $"There is no message {id} of yours any more.");

    private static async Task<IResult> ClickAsync(
        Click click,
        Conversations conversations,
        RoomLog log,
        CancellationToken cancellationToken
    ) =>
        Team.Find(click.Person) is not { } person ? NoPerson(click.Person)
        : log.Find(click.Post) is not { Deleted: false } post ? Sentence(404, $"There is no message {click.Post} any more.")
        : click.Action["type"] is null ? Sentence(400, "The click names no action: give the card action's type, verb and data.")
        : Results.Json(await conversations.ClickAsync(person, post, click.Action, cancellationToken), Activity.Json);

    private static async Task<IResult> RefreshAsync(
        Refresh refresh,
        Conversations conversations,
        RoomLog log,
        CancellationToken cancellationToken
    ) =>
        Team.Find(refresh.Person) is not { } person ? NoPerson(refresh.Person)
        : log.Find(refresh.Post) is not { Deleted: false } post ? Sentence(404, $"There is no message {refresh.Post} any more.")
        : Results.Json(await conversations.RefreshAsync(person, post, cancellationToken), Activity.Json);

    private static async Task<IResult> ChooseFileAsync(
        FileChoice choice,
        Conversations conversations,
        RoomLog log,
        CancellationToken cancellationToken
    ) =>
        Team.Find(choice.Person) is not { } person ? NoPerson(choice.Person)
        : log.Find(choice.Post) is not { Deleted: false } post || post.Chat != person.PersonalChat
            ? Sentence(404, $"There is no message {choice.Post} in your chat any more.")
        : Results.Json(await conversations.ChooseFileAsync(person, post, choice.Accept, cancellationToken), Activity.Json);

    private static IResult NoPerson(string key) =>
        Sentence(
            404,
            $"Nobody called '{key}' is in this team: choose one of {string.Join(", ", Team.People.Select(person => person.Key))}."
        );

    private static IResult Sentence(int status, string error) => Results.Json(new { error }, statusCode: status);

    private sealed record Saying(string Person, string Chat, string Text, string? Thread = null);

    private sealed record Change(string Person, string Text);

    private sealed record Click(string Person, string Post, JsonObject Action);

    private sealed record FileChoice(string Person, string Post, bool Accept);

    private sealed record Refresh(string Person, string Post);
}

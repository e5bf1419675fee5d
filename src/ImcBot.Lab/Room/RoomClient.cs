using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>Somebody at the page without a browser: says and clicks what a person could, through the same calls as the page.</summary>
internal sealed class RoomClient(HttpClient http, Uri room)
{
    /// <summary>Says something and returns the post's id. Throws <see cref="LabException"/> when the bot did not take it.</summary>
    public async Task<string> SayAsync(Person person, string chat, string text, string? thread, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri(room, "api/messages"),
            new
            {
                person = person.Key,
                chat,
                text,
                thread,
            },
            Activity.Json,
            cancellationToken
        );
        var said = await ReadAsync(response, cancellationToken);
        return said["undelivered"] is { } problem ? throw new LabException(problem.ToString()) : said["id"]!.ToString();
    }

    /// <summary>Clicks a button of a card, with what the card's fields hold and <paramref name="typed"/> on top.</summary>
    public async Task<ClickResult> ClickAsync(
        Person person,
        PostView post,
        CardButton button,
        CancellationToken cancellationToken,
        params (string Field, string Value)[] typed
    )
    {
        var action = button.Pressed(post.Card!, typed);
        using var response = await http.PostAsJsonAsync(
            new Uri(room, "api/clicks"),
            new
            {
                person = person.Key,
                post = post.Id,
                action,
            },
            Activity.Json,
            cancellationToken
        );
        var result = await ReadAsync(response, cancellationToken);
        return new(result["kind"]!.ToString(), result["text"]?.ToString(), result["isHeard"]!.GetValue<bool>());
    }

    /// <summary>Asks for this person's own view of a card, as their client does by itself.</summary>
    public async Task<ClickResult> RefreshAsync(Person person, PostView post, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri(room, "api/refreshes"),
            new { person = person.Key, post = post.Id },
            Activity.Json,
            cancellationToken
        );
        var result = await ReadAsync(response, cancellationToken);
        return new(result["kind"]!.ToString(), result["text"]?.ToString(), result["isHeard"]!.GetValue<bool>());
    }

    /// <summary>Allows a file that the bot offers.</summary>
    public async Task<ClickResult> AllowFileAsync(Person person, PostView post, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri(room, "api/file-choices"),
            new
            {
                person = person.Key,
                post = post.Id,
                accept = true,
            },
            Activity.Json,
            cancellationToken
        );
        var result = await ReadAsync(response, cancellationToken);
        return new(result["kind"]!.ToString(), result["text"]?.ToString(), result["isHeard"]!.GetValue<bool>());
    }

    /// <summary>Everything this person sees, what stands there first, then every change as it comes.</summary>
    public async IAsyncEnumerable<PostView> FollowAsync(Person person, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stream = await http.GetStreamAsync(new Uri(room, $"api/events?person={person.Key}"), cancellationToken);
        var events = SseParser.Create(
            stream,
            (kind, data) => kind == "post" ? System.Text.Json.JsonSerializer.Deserialize<PostView>(data, Activity.Json) : null
        );
        var read = false;
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (item.Data is { } changed)
            {
                yield return changed;
            }
            if (read)
            {
                continue;
            }
            read = true;
            using var response = await http.GetAsync(new Uri(room, $"api/room?person={person.Key}"), cancellationToken);
            foreach (var post in (JsonArray)(await ReadAsync(response, cancellationToken))["posts"]!)
            {
                yield return System.Text.Json.JsonSerializer.Deserialize<PostView>(post, Activity.Json)!;
            }
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer!
            : throw new LabException(answer?["error"]?.ToString() ?? $"The room answered with HTTP {(int)response.StatusCode}.");
    }
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>Somebody at the page without a browser: says and clicks what a person could, through the same calls as the page.</summary>
internal sealed class RoomClient(HttpClient http, Uri room)
{
    /// <summary>Says something and returns the post's id. Throws <see cref="LabException"/> when the bot did not take it.</summary>
    public async Task<string> SayAsync(Person person, string chat, string text, string? thread, CancellationToken cancellationToken)
    {
        var body = new
        {
            person = person.Key,
            chat,
            text,
            thread,
        };
        var said = await PostAsync<JsonObject>("messages", body, cancellationToken);
        return said["undelivered"] is { } problem ? throw new LabException(problem.ToString()) : said["id"]!.ToString();
    }

    /// <summary>Clicks a button of a card, with what the card's fields hold and <paramref name="typed"/> on top.</summary>
    public Task<ClickResult> ClickAsync(
        Person person,
        PostView post,
        CardButton button,
        CancellationToken cancellationToken,
        params (string Field, string Value)[] typed
    ) =>
        PostAsync<ClickResult>(
            "clicks",
            new
            {
                person = person.Key,
                post = post.Id,
                action = button.Pressed(post.Card!, typed),
            },
            cancellationToken
        );

    /// <summary>Asks for this person's own view of a card, as their client does by itself.</summary>
    public Task<ClickResult> RefreshAsync(Person person, PostView post, CancellationToken cancellationToken) =>
        PostAsync<ClickResult>("refreshes", new { person = person.Key, post = post.Id }, cancellationToken);

    /// <summary>Allows a file that the bot offers.</summary>
    public Task<ClickResult> AllowFileAsync(Person person, PostView post, CancellationToken cancellationToken) =>
        PostAsync<ClickResult>(
            "file-choices",
            new
            {
                person = person.Key,
                post = post.Id,
                accept = true,
            },
            cancellationToken
        );

    /// <summary>Everything this person sees, what stands there first, then every change as it comes.</summary>
    public async IAsyncEnumerable<PostView> FollowAsync(Person person, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stream = await http.GetStreamAsync(new Uri(room, $"api/events?person={person.Key}"), cancellationToken);
        var events = SseParser.Create(
            stream,
            (kind, data) => kind == "post" ? JsonSerializer.Deserialize<PostView>(data, Activity.Json) : null
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
            foreach (var post in (JsonArray)(await ReadAsync<JsonObject>(response, cancellationToken))["posts"]!)
            {
                yield return JsonSerializer.Deserialize<PostView>(post, Activity.Json)!;
            }
        }
    }

    private async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(new Uri(room, $"api/{path}"), body, Activity.Json, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer.Deserialize<T>(Activity.Json)!
            : throw new LabException(answer?["error"]?.ToString() ?? $"The room answered with HTTP {(int)response.StatusCode}.");
    }
}

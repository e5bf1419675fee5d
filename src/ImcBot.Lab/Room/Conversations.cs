using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>What people do in the room and what becomes of it: words, clicks, refreshes, and each person's own view of a card.</summary>
internal sealed class Conversations
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";

    private readonly RoomLog _log;
    private readonly Teller _teller;
    private readonly BotLine _bot;
    private readonly Audience _audience;
    private readonly FileDesk _files;
    private readonly bool _isPlain;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Post, string Person), JsonNode> _ownViews = [];

    public Conversations(RoomLog log, Teller teller, BotLine bot, Audience audience, FileDesk files, RoomSettings settings)
    {
        (_log, _teller, _bot, _audience, _files, _isPlain) = (log, teller, bot, audience, files, settings.IsPlain);
        log.Changed = post =>
        {
            Forget(post.Id);
            audience.Tell(person => View(post, person));
        };
    }

    public IReadOnlyList<PostView> Seen(Person by) => [.. _log.Posts.Select(post => View(post, by)).OfType<PostView>()];

    /// <summary>Tells the bot once that it was added to the team.</summary>
    public Task InstallInTeamAsync(CancellationToken cancellationToken) => InstallAsync(Team.Lena, Place.Channel, cancellationToken);

    public async Task<Post> SayAsync(Person from, Place place, string text, CancellationToken cancellationToken)
    {
        if (place.IsPersonal)
        {
            await InstallAsync(from, place, cancellationToken);
        }
        var post = _log.Add(place, from, new JsonObject { ["text"] = text });
        var activity = _teller.Message(from, place with { Thread = post.Thread }, text) with { Id = post.Id };
        return await DeliverAsync(post, activity, cancellationToken);
    }

    /// <summary>The author gives a message other words.</summary>
    public async Task<Post> ChangeAsync(Person from, Post post, string text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = post with
        {
            Activity = new JsonObject { ["text"] = text },
            Edited = now,
        };
        _log.Replace(changed);
        return await DeliverAsync(changed, _teller.Changed(from, PlaceOf(post, from), post.Id, text), cancellationToken);
    }

    /// <summary>The author takes a message back.</summary>
    public async Task<Post> DeleteAsync(Person from, Post post, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gone = post with { Activity = [], Deleted = true, Edited = now };
        _log.Replace(gone);
        return await DeliverAsync(gone, _teller.Deleted(from, PlaceOf(post, from), post.Id), cancellationToken);
    }

    /// <summary>A click on a card's button. A card in the answer becomes this person's own view until the bot edits the post.</summary>
    public async Task<ClickResult> ClickAsync(Person from, Post post, JsonObject action, CancellationToken cancellationToken)
    {
        if (action["type"]?.GetValue<string>() == "Action.Submit")
        {
            var submitted = await _bot.SendAsync(_teller.Submit(from, PlaceOf(post, from), post.Id, action["data"]), cancellationToken);
            return new(submitted.Problem is null ? "done" : "error", submitted.Problem, IsHeard: submitted.Problem is null);
        }
        return await InvokeAsync(from, post, action, "manual", cancellationToken);
    }

    /// <summary>What the client of somebody whom the card lists does by itself; without a list it does so for everybody.</summary>
    public async Task<ClickResult> RefreshAsync(Person from, Post post, CancellationToken cancellationToken) =>
        !_isPlain
        && CardOf(post.Activity)?["refresh"] is { } refresh
        && refresh["action"] is JsonObject action
        && (refresh["userIds"] is not JsonArray listed || listed.Any(id => id?.ToString() == from.AccountId))
            ? await InvokeAsync(from, post, action, "automatic", cancellationToken)
            : new("done", null);

    public async Task<ClickResult> ChooseFileAsync(Person from, Post post, bool accept, CancellationToken cancellationToken)
    {
        if (FileDesk.Offer(post) is not { } offer)
        {
            return new("error", "This message offers no file.");
        }
        var answer = await _bot.SendAsync(_teller.FileChoice(from, post.Id, _files.Choice(offer, accept)), cancellationToken);
        return answer.Problem is null ? new("done", null) : new("error", answer.Problem, IsHeard: false);
    }

    private async Task<ClickResult> InvokeAsync(
        Person from,
        Post post,
        JsonObject action,
        string trigger,
        CancellationToken cancellationToken
    )
    {
        var answer = await _bot.SendAsync(_teller.Invoke(from, PlaceOf(post, from), post.Id, action, trigger), cancellationToken);
        if (answer.Problem is { } problem)
        {
            return new("error", problem, IsHeard: false);
        }
        if (answer.Body is not { } body)
        {
            return new("done", null);
        }
        switch (body["type"]?.GetValue<string>())
        {
            case CardType when body["value"] is { } card:
                lock (_lock)
                {
                    _ownViews[(post.Id, from.Key)] = card.DeepClone();
                }
                _audience.Tell(person => person == from ? View(_log.Find(post.Id) ?? post, person) : null);
                return new("card", null);
            case "application/vnd.microsoft.activity.message":
                return new("message", body["value"]?.ToString());
            case "application/vnd.microsoft.error":
                return new("error", body["value"]?["message"]?.ToString() ?? "The bot reported an error without saying which.");
            default:
                return new("done", null);
        }
    }

    private async Task InstallAsync(Person by, Place place, CancellationToken cancellationToken)
    {
        if (!_log.Install(place.ConversationId))
        {
            return;
        }
        foreach (var activity in _teller.Installed(by, place))
        {
            await _bot.SendAsync(activity, cancellationToken);
        }
    }

    private async Task<Post> DeliverAsync(Post post, Activity activity, CancellationToken cancellationToken)
    {
        var answer = await _bot.SendAsync(activity, cancellationToken);
        if (answer.Problem is null)
        {
            return post;
        }
        var marked = post with { Undelivered = answer.Problem };
        _log.Replace(marked);
        return marked;
    }

    private PostView? View(Post post, Person person)
    {
        var personal = post.Thread is null;
        if (personal && post.Chat != person.PersonalChat)
        {
            return null;
        }
        JsonNode? own;
        lock (_lock)
        {
            own = _ownViews.GetValueOrDefault((post.Id, person.Key));
        }
        var activity = post.Deleted ? [] : post.Activity;
        return new(post.Id, personal ? "personal" : "channel", post.Thread, post.From ?? "bot", post.At)
        {
            Edited = post.Edited,
            Deleted = post.Deleted,
            Undelivered = post.Undelivered,
            Text = activity["text"]?.ToString(),
            Format = activity["textFormat"]?.ToString(),
            Summary = activity["summary"]?.ToString(),
            Card = own?.DeepClone() ?? CardOf(activity)?.DeepClone(),
            OwnView = own is not null,
            Attachments = activity["attachments"]?.DeepClone() as JsonArray,
            Entities = activity["entities"]?.DeepClone() as JsonArray,
        };
    }

    private void Forget(string post)
    {
        lock (_lock)
        {
            foreach (var key in _ownViews.Keys.Where(key => key.Post == post).ToArray())
            {
                _ownViews.Remove(key);
            }
        }
    }

    private static Place PlaceOf(Post post, Person person) => post.Thread is { } thread ? new(null, thread) : new(person, null);

    private static JsonNode? CardOf(JsonObject activity) =>
        (activity["attachments"] as JsonArray)
            ?.FirstOrDefault(attachment => attachment?["contentType"]?.ToString() == CardType)
            ?["content"];
}

/// <summary>
/// What a click came to: <c>done</c>, <c>card</c> (a new own view), <c>message</c> or <c>error</c>, the last two with words for the person.
/// </summary>
internal sealed record ClickResult(string Kind, string? Text, bool IsHeard = true);

using System.Text.Json;

namespace ImcBot.Lab.Room;

/// <summary>
/// Everything said in the room, in memory and in <c>room.jsonl</c>: one line per change, each the whole post, the last line of an id wins.
/// A line torn by a kill is dropped when the room opens again.
/// </summary>
internal sealed class RoomLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Post> _posts = [];
    private readonly HashSet<string> _installed = [];
    private readonly StreamWriter _file;
    private readonly TimeProvider _time;
    private long _lastId;

    public RoomLog(RoomSettings settings, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(settings.DataFolder);
        var path = Path.Combine(settings.DataFolder, "room.jsonl");
        if (File.Exists(path))
        {
            Read(path);
        }
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
        // Ends a torn line, so that the next one stands alone; an empty line is nothing.
        _file.WriteLine();
    }

    /// <summary>Called after every change, with the post as it now is; there is one listener, the conversations.</summary>
    public Action<Post> Changed { get; set; } = _ => { };

    public IReadOnlyList<Post> Posts
    {
        get
        {
            lock (_lock)
            {
                return [.. _posts.Values.OrderBy(post => long.Parse(post.Id))];
            }
        }
    }

    public Post? Find(string id)
    {
        lock (_lock)
        {
            return _posts.GetValueOrDefault(id);
        }
    }

    /// <summary>Keeps a new post under a fresh id; in the channel one without a thread starts its own.</summary>
    public Post Add(Place place, Person? from, System.Text.Json.Nodes.JsonObject activity)
    {
        Post post;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            _lastId = Math.Max(_lastId + 1, now.ToUnixTimeMilliseconds());
            var id = _lastId.ToString();
            post = new Post(
                id,
                place.Owner?.PersonalChat ?? Team.ChannelId,
                place.IsPersonal ? null : place.Thread ?? id,
                from?.Key,
                now,
                activity
            );
            Keep(post);
        }
        Changed(post);
        return post;
    }

    public void Replace(Post post)
    {
        lock (_lock)
        {
            Keep(post);
        }
        Changed(post);
    }

    /// <summary>True the first time for each place: the bot is told once that it was installed there.</summary>
    public bool Install(string conversationId)
    {
        lock (_lock)
        {
            if (!_installed.Add(conversationId))
            {
                return false;
            }
            Write(new Line(Installed: conversationId));
            return true;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Keep(Post post)
    {
        _posts[post.Id] = post;
        Write(new Line(post));
    }

    private void Write(Line line) => _file.WriteLine(JsonSerializer.Serialize(line, Activity.Json));

    private void Read(string path)
    {
        foreach (var text in File.ReadLines(path))
        {
            if (Parse(text) is not { } line)
            {
                continue;
            }
            if (line.Installed is { } place)
            {
                _installed.Add(place);
            }
            if (line.Post is not { } post)
            {
                continue;
            }
            _posts[post.Id] = post;
            _lastId = Math.Max(_lastId, long.Parse(post.Id));
        }
    }

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text, Activity.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(Post? Post = null, string? Installed = null);
}

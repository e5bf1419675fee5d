using System.Collections.Concurrent;
using ImcBot.Bot.Channel;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>A channel that remembers what it was told and may be out of order; the paging service beside it always answers.</summary>
internal sealed class RememberingChannel : IChannel, IPager
{
    private readonly ConcurrentQueue<string> _told = new();
    private int _posts;

    /// <summary>One line for each thing that reached the channel, in order; of a card what a locked phone shows. What begins a thread says so.</summary>
    public IReadOnlyList<string> Told => [.. _told];

    /// <summary>What people are asked to confirm: the words of the card, and its button.</summary>
    public List<(string Text, string? Verb, string? Data)> Announced { get; } = [];

    public List<(string Person, string Name, byte[] Content)> Delivered { get; } = [];

    /// <summary>What the next calls throw, or null.</summary>
    public Func<Exception?> Fails { get; set; } = static () => null;

    /// <summary>Whether a card with this line is taken without being named.</summary>
    public Func<string, bool> NamesNot { get; set; } = static _ => false;

    /// <summary>What giving a file to somebody throws, or null.</summary>
    public Exception? Refuses { get; set; }

    public Task<Sent> PostAsync(Message message, CancellationToken cancellationToken)
    {
        Stumble();
        if (message.Card is { } card && card.GetRawText().Contains("confirm-relay", StringComparison.Ordinal))
        {
            var button = card.GetProperty("actions")[0];
            Announced.Add(
                (
                    string.Join(' ', card.GetProperty("body").EnumerateArray().Select(line => line.GetRawText())),
                    button.GetProperty("verb").GetString(),
                    button.GetProperty("data").GetProperty("relay").GetString()
                )
            );
        }

        _told.Enqueue(message.Card is null ? $"announce {message.Text}" : $"begin {message.Summary}");
        var sent = Named($"thread-{Interlocked.Increment(ref _posts)}");
        return Task.FromResult(NamesNot(message.Summary ?? "") ? sent with { ActivityId = "" } : sent);
    }

    public Task<Sent> ReplyAsync(string thread, Message message, CancellationToken cancellationToken)
    {
        Stumble();
        _told.Enqueue(message.Card is null ? $"say {message.Text}" : $"post {message.Summary}");
        Interlocked.Increment(ref _posts);
        return Task.FromResult(Named(thread));
    }

    public void Edit(string thread, string activityId, Func<Task<Message?>> draw) => _ = EditAsync(draw);

    public Task DeleteAsync(string thread, string activityId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Sent> TellAsync(string personId, Message message, CancellationToken cancellationToken)
    {
        Stumble();
        _told.Enqueue($"tell {message.Text}");
        return Task.FromResult(Named(personId));
    }

    public Task OfferAsync(string personId, string fileName, string description, byte[] content, CancellationToken cancellationToken)
    {
        Stumble();
        if (Refuses is { } refusal)
        {
            throw refusal;
        }

        Delivered.Add((personId, fileName, content));
        _told.Enqueue($"deliver {fileName}");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Member>>([]);

    public Task<PageOutcome?> PageAsync(Incident incident, Page page, CancellationToken cancellationToken)
    {
        _told.Enqueue($"page {page.Role} {page.Text}");
        return Task.FromResult<PageOutcome?>(null);
    }

    /// <summary>Waits until something was told; gives up by the test's own token.</summary>
    public async Task<string> UntilAsync(Func<string, bool> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Told.FirstOrDefault(told) is { } found)
            {
                return found;
            }

            await Task.Yield();
        }
    }

    private async Task EditAsync(Func<Task<Message?>> draw)
    {
        if (await draw() is { } message)
        {
            _told.Enqueue($"edit {message.Summary}");
            message.Stands?.Invoke();
        }
    }

    private Sent Named(string thread) => new(thread, $"activity-{_posts}", false);

    private void Stumble()
    {
        if (Fails() is { } exception)
        {
            throw exception;
        }
    }
}

using System.Collections.Concurrent;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Tests.Incidents;

/// <summary>A channel that remembers what it was told and may be out of order; the paging service beside it always answers.</summary>
internal sealed class FakePublisher : IChannelPublisher, IPager
{
    private readonly ConcurrentQueue<string> _told = new();
    private int _posts;

    /// <summary>One line for each thing that reached the channel, in order.</summary>
    public IReadOnlyList<string> Told => [.. _told];

    public List<(string Text, string? Verb, string? Data)> Announced { get; } = [];

    public List<(string Person, string Name, byte[] Content)> Delivered { get; } = [];

    /// <summary>What the next calls throw, or null.</summary>
    public Func<Exception?> Fails { get; set; } = static () => null;

    public Task<Func<long, Posted>?> ShowAsync(Incident incident, ShowCard show, CancellationToken cancellationToken)
    {
        Stumble();
        if (incident.Posts.ContainsKey(show.Post))
        {
            _told.Enqueue($"edit {show.Post.Kind} {incident.Phase}");
            return Task.FromResult<Func<long, Posted>?>(null);
        }

        _told.Enqueue($"post {show.Post.Kind} {incident.Phase}");
        var id = $"activity-{Interlocked.Increment(ref _posts)}";
        return Task.FromResult<Func<long, Posted>?>(at => new Posted(at, show.Post, $"thread-{incident.Number}", id, false));
    }

    public Task SayAsync(Incident incident, Say say, CancellationToken cancellationToken)
    {
        Stumble();
        _told.Enqueue($"say {say.Text}");
        return Task.CompletedTask;
    }

    public Task AnnounceAsync(string text, string? confirmVerb, string? confirmData, CancellationToken cancellationToken)
    {
        Stumble();
        Announced.Add((text, confirmVerb, confirmData));
        _told.Enqueue($"announce {text}");
        return Task.CompletedTask;
    }

    public List<(string Data, string Outcome)> Settled { get; } = [];

    public void Settle(string confirmData, string outcome, Sent? clicked) => Settled.Add((confirmData, outcome));

    public void Forget(int incident) { }

    public Task DeliverAsync(Incident incident, string personId, string fileName, byte[] content, CancellationToken cancellationToken)
    {
        Stumble();
        Delivered.Add((personId, fileName, content));
        _told.Enqueue($"deliver {fileName}");
        return Task.CompletedTask;
    }

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

    private void Stumble()
    {
        if (Fails() is { } exception)
        {
            throw exception;
        }
    }
}

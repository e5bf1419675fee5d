using ImcBot.Bot.Channel;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>A channel that keeps what it is given.</summary>
internal sealed class FakeChannel : IChannel
{
    public List<(string? Thread, Message Message)> Posts { get; } = [];

    public List<(string Thread, string Id)> Edits { get; } = [];

    public bool RosterIsGone { get; set; }

    /// <summary>Posts are taken and not named.</summary>
    public bool NamesNothing { get; set; }

    public Task<Sent> PostAsync(Message message, CancellationToken cancellationToken) => Keep(null, message);

    public Task<Sent> ReplyAsync(string thread, Message message, CancellationToken cancellationToken) => Keep(thread, message);

    /// <summary>Holds edits back as the real channel does; without it each is drawn at once.</summary>
    public CardEdits? Pace { get; init; }

    public List<Message> Edited { get; } = [];

    /// <summary>What an edit throws when it is sent, or null.</summary>
    public Exception? RefusesEdits { get; set; }

    public void Edit(string thread, string activityId, Func<Task<Message?>> draw)
    {
        if (Pace is not null)
        {
            Pace.Take(
                thread,
                activityId,
                draw,
                message =>
                {
                    Edited.Add(message);
                    return RefusesEdits is { } refusal ? Task.FromException(refusal) : Task.CompletedTask;
                }
            );
            return;
        }

        if (draw().GetAwaiter().GetResult() is { } message)
        {
            Edits.Add((thread, activityId));
            message.Stands?.Invoke();
        }
    }

    public Task DeleteAsync(string thread, string activityId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Sent> TellAsync(string personId, Message message, CancellationToken cancellationToken) => Keep(personId, message);

    public Task OfferAsync(string personId, string fileName, string description, byte[] content, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellationToken) =>
        RosterIsGone
            ? throw new ChannelException("gone", mayPass: true)
            : Task.FromResult<IReadOnlyList<Member>>([
                new(Some.OnCall.Id, "29:olu", "Olu Adeyemi"),
                new(Some.Lead.Id, "29:lena", "Lena Lindqvist"),
            ]);

    private Task<Sent> Keep(string? thread, Message message)
    {
        Posts.Add((thread, message));
        return Task.FromResult(new Sent(thread ?? "thread", NamesNothing ? "" : $"{Posts.Count}", false));
    }
}

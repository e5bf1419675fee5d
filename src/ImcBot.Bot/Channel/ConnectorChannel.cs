using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Refit;

namespace ImcBot.Bot.Channel;

/// <summary>The channel over the Bot Framework connector's REST API.</summary>
internal sealed class ConnectorChannel(
    ConnectorClient connector, Lanes lanes, Pace pace, CardEdits edits, Roster roster, FileDesk files, Presence presence, IOptions<ChannelOptions> options)
    : IChannel, IHostedService
{
    private readonly ConcurrentDictionary<string, string> _chats = new(StringComparer.Ordinal);

    private Account Bot => new(options.Value.AccountId, options.Value.BotName);

    public Task<Sent> PostAsync(Message message, CancellationToken token) => lanes.RunAsync(options.Value.Conversation, async () =>
    {
        presence.Demand(options.Value.Conversation);
        var asked = new NewConversation(
            true, Bot, options.Value.TenantId, new ChannelData(new Named(options.Value.TenantId), Channel: new Named(options.Value.Conversation)), Activity: Write(message));
        var delivery = new Delivery(options.Value.Conversation);
        var created = Content(await connector.CallAsync("begin a thread", delivery, (api, call) => api.CreateAsync(asked, call, token)));
        if (created is not { Id: { } thread, ActivityId: { } id })
        {
            throw new ChannelException("The channel began a thread but did not name it.");
        }

        pace.Count(thread);
        return new Sent(thread, id, delivery.Unanswered);
    });

    public Task<Sent> ReplyAsync(string thread, Message message, CancellationToken token) =>
        lanes.RunAsync(thread, () => SendAsync(thread, message, token));

    public void Edit(string thread, string activityId, Func<Task<Message?>> draw) => edits.Take(thread, activityId, draw, newest =>
        lanes.RunAsync(thread, () =>
        {
            presence.Demand(thread);
            return connector.CallAsync(
                "edit a message", new Delivery(thread), (api, call) => api.EditAsync(thread, activityId, Write(newest) with { Id = activityId }, call, CancellationToken.None));
        }));

    public Task DeleteAsync(string thread, string activityId, CancellationToken token) => lanes.RunAsync(thread, () =>
        connector.CallAsync("delete a message", new Delivery(thread), (api, call) => api.DeleteAsync(thread, activityId, call, token)));

    public async Task<Sent> TellAsync(string personId, Message message, CancellationToken token)
    {
        var chat = _chats.TryGetValue(personId, out var known) ? known : _chats[personId] = await OpenChatAsync(personId, token);
        return await ReplyAsync(chat, message, token);
    }

    public async Task OfferAsync(string personId, string fileName, string description, byte[] content, CancellationToken token) =>
        await TellAsync(personId, new Message("") { File = files.Offer(personId, fileName, description, content) }, token);

    public Task<IReadOnlyList<Member>> MembersAsync(CancellationToken token) => roster.AllAsync(token);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last state of every card goes out before the process ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await edits.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lanes.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Sent> SendAsync(string thread, Message message, CancellationToken token)
    {
        presence.Demand(thread);
        var delivery = new Delivery(thread);
        var created = Content(await connector.CallAsync("post a message", delivery, (api, call) => api.SendAsync(thread, Write(message), call, token)));
        return created.Id is { } id ? new Sent(thread, id, delivery.Unanswered) : throw new ChannelException("The channel took a message but did not name it.");
    }

    private async Task<string> OpenChatAsync(string personId, CancellationToken token)
    {
        var member = await roster.FindAsync(personId, token) ?? throw new ChannelException("Nobody in the team has this object id, so nothing can be said to them privately.");
        var asked = new NewConversation(
            false, Bot, options.Value.TenantId, new ChannelData(new Named(options.Value.TenantId)), [new Account(member.AccountId, AadObjectId: member.Id)]);
        var created = Content(await connector.CallAsync("open a private chat", new Delivery(), (api, call) => api.CreateAsync(asked, call, token)));
        return created.Id ?? throw new ChannelException("The channel opened a private chat but did not name it.");
    }

    private Activity Write(Message message) => new()
    {
        Type = "message",
        From = Bot,
        ChannelId = "msteams",
        TextFormat = message.IsPlain ? "plain" : "markdown",
        Text = Mentions(message) is { Length: > 0 } calls ? $"{calls} {message.Text}".TrimEnd() : message.Text.Length > 0 ? message.Text : null,
        Summary = message.Summary,
        Entities = message.Mentions?.Select(member => new Entity("mention", Called(member), new Account(member.AccountId, member.Name))).ToArray(),
        Attachments = message.Card is { } card ? [new Attachment(Attachment.AdaptiveCard, card)] : message.File is { } file ? [file] : null,
    };

    private static string Mentions(Message message) => string.Join(' ', (message.Mentions ?? []).Select(Called));

    private static string Called(Member member) => $"<at>{WebUtility.HtmlEncode(member.Name)}</at>";

    private static T Content<T>(IApiResponse<T> response) =>
        response.Content ?? throw new ChannelException("The channel answered without saying what it did.");
}

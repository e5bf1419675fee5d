using System.Collections.Concurrent;
using Microsoft.Bot.Connector;
using Microsoft.Bot.Schema;
using Microsoft.Bot.Schema.Teams;
using Microsoft.Extensions.Options;
using Microsoft.Rest;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>The channel over the Bot Framework connector's REST API.</summary>
internal sealed class ConnectorChannel(
    Connector connector,
    Lanes lanes,
    Pace pace,
    CardEdits edits,
    Roster roster,
    FileOffers files,
    InstallationState installations,
    IOptions<ChannelOptions> options
) : IChannel, IHostedService
{
    private readonly ConcurrentDictionary<string, string> _chats = new(StringComparer.Ordinal);

    private ChannelAccount Bot => new(options.Value.AccountId, options.Value.BotName);

    public Task<Sent> PostAsync(Message message, CancellationToken cancellationToken) =>
        lanes.RunAsync(
            options.Value.Conversation,
            async () =>
            {
                installations.Demand(options.Value.Conversation);
                var asked = new ConversationParameters(
                    isGroup: true,
                    Bot,
                    activity: Write(message),
                    channelData: Data(new ChannelInfo(options.Value.Conversation)),
                    tenantId: options.Value.TenantId
                );
                var delivery = new OutgoingCall(options.Value.Conversation);
                var created = await connector.CallAsync(
                    "begin a thread",
                    delivery,
                    api => api.CreateConversationWithHttpMessagesAsync(asked, cancellationToken: cancellationToken)
                );

                // It is sent, whatever the answer leaves out: a thread is named by its channel and its first message, and an unnamed one is
                // the channel itself.
                var id = created?.ActivityId ?? "";
                var thread =
                    created?.Id is { Length: > 0 } named ? named
                    : id.Length > 0 ? $"{options.Value.Conversation};messageid={id}"
                    : options.Value.Conversation;
                pace.Count(thread);
                return new Sent(thread, id, delivery.Unanswered);
            }
        );

    public Task<Sent> ReplyAsync(string thread, Message message, CancellationToken cancellationToken) =>
        lanes.RunAsync(thread, () => SendAsync(thread, message, cancellationToken));

    public void Edit(string thread, string activityId, Func<Task<Message?>> draw) =>
        edits.Take(
            thread,
            activityId,
            draw,
            newest =>
                lanes.RunAsync(
                    thread,
                    () =>
                    {
                        installations.Demand(thread);
                        return connector.CallAsync(
                            "edit a message",
                            new OutgoingCall(thread),
                            api =>
                                api.UpdateActivityWithHttpMessagesAsync(
                                    thread,
                                    activityId,
                                    Write(newest, activityId),
                                    cancellationToken: CancellationToken.None
                                )
                        );
                    }
                )
        );

    public Task DeleteAsync(string thread, string activityId, CancellationToken cancellationToken) =>
        lanes.RunAsync(
            thread,
            () =>
                connector.CallAsync(
                    "delete a message",
                    new OutgoingCall(thread),
                    async api =>
                    {
                        using var done = await api.DeleteActivityWithHttpMessagesAsync(
                            thread,
                            activityId,
                            cancellationToken: cancellationToken
                        );
                        return new HttpOperationResponse<ResourceResponse>();
                    }
                )
        );

    public async Task<Sent> TellAsync(string personId, Message message, CancellationToken cancellationToken)
    {
        var chat = _chats.TryGetValue(personId, out var known)
            ? known
            : _chats[personId] = await OpenChatAsync(personId, cancellationToken);
        return await ReplyAsync(chat, message, cancellationToken);
    }

    public async Task OfferAsync(
        string personId,
        string fileName,
        string description,
        byte[] content,
        CancellationToken cancellationToken
    ) => await TellAsync(personId, new Message("") { File = files.Offer(personId, fileName, description, content) }, cancellationToken);

    public Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellationToken) => roster.AllAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last state of every card goes out before the process ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await edits.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await lanes.DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Sent> SendAsync(string thread, Message message, CancellationToken cancellationToken)
    {
        installations.Demand(thread);
        var delivery = new OutgoingCall(thread);
        var created = await connector.CallAsync(
            "post a message",
            delivery,
            api => api.SendToConversationWithHttpMessagesAsync(thread, Write(message), cancellationToken: cancellationToken)
        );
        return new Sent(thread, created?.Id ?? "", delivery.Unanswered);
    }

    private async Task<string> OpenChatAsync(string personId, CancellationToken cancellationToken)
    {
        var member =
            await roster.FindAsync(personId, cancellationToken)
            ?? throw new ChannelException("Nobody in the team has this object id, so nothing can be said to them privately.");
        var asked = new ConversationParameters(
            isGroup: false,
            Bot,
            [new ChannelAccount(member.AccountId, aadObjectId: member.Id)],
            channelData: Data(channel: null),
            tenantId: options.Value.TenantId
        );
        var created = await connector.CallAsync(
            "open a private chat",
            new OutgoingCall(),
            api => api.CreateConversationWithHttpMessagesAsync(asked, cancellationToken: cancellationToken)
        );
        return created?.Id is { Length: > 0 } id
            ? id
            : throw new ChannelException("The channel opened a private chat but did not name it.");
    }

    private TeamsChannelData Data(ChannelInfo? channel) => new() { Tenant = new TenantInfo(options.Value.TenantId), Channel = channel };

    private Activity Write(Message message, string? id = null) =>
        new(ActivityTypes.Message)
        {
            Id = id,
            From = Bot,
            ChannelId = Channels.Msteams,
            TextFormat = message.IsPlain ? TextFormatTypes.Plain : TextFormatTypes.Markdown,
            Text =
                message.Mentions is { Count: > 0 } called
                    ? $"{string.Join(' ', called.Select(member => member.Called))} {message.Text}".TrimEnd()
                : message.Text.Length > 0 ? message.Text
                : null,
            Summary = message.Summary,
            Entities = message
                .Mentions?.Select(Entity (member) => new Mention(new ChannelAccount(member.AccountId, member.Name), member.Called))
                .ToArray(),

            // The card is JSON already, and goes out as it is.
            Attachments =
                message.Card is { } card ? [new Attachment(Message.CardType, content: new JRaw(card.GetRawText()))]
                : message.File is { } file ? [file]
                : null,
        };
}

using System.Collections.Concurrent;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Core;
using ImcBot.Core.Approvals;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Delivery;

/// <summary>Tells the channel what an incident has to say.</summary>
internal sealed class ChannelPublisher(
    IChannel channel,
    IIncidents incidents,
    OnCallRoster roster,
    Signers signers,
    MentionMode mentionMode,
    Lanes lanes,
    RelayRegister relays,
    BotOptions options,
    ILogger<ChannelPublisher> log,
    TranscriptLinks? links = null
)
{
    private readonly ConcurrentDictionary<(int Incident, PostKey Post), Sent> _posted = new();
    private readonly ConcurrentDictionary<(int Incident, PostKey Post), bool> _unsure = new();
    private readonly ConcurrentDictionary<int, string> _together = new();
    private readonly ConcurrentDictionary<string, Sent> _asked = new(StringComparer.Ordinal);

    /// <summary>Posts the card, or edits it where it stands; returns the fact to journal for a new post, else null.</summary>
    public Task<Func<long, Posted>?> ShowAsync(Incident incident, ShowCard show, CancellationToken cancellationToken) =>
        lanes.RunAsync($"show {incident.Name}", () => ShowInOrderAsync(incident, show, cancellationToken));

    /// <summary>Replies in the incident's thread.</summary>
    public async Task SayAsync(Incident incident, Say say, CancellationToken cancellationToken)
    {
        var mentions = await MembersAsync([say.To, say.Mention, .. say.Others ?? []], cancellationToken);
        await channel.ReplyAsync(
            Thread(incident),
            new Message(Words.Escape(say.Text.ToString(), 2000), Mentions: mentions),
            cancellationToken
        );
    }

    /// <summary>Says something in the configured channel outside any incident.</summary>
    public Task AnnounceAsync(string text, CancellationToken cancellationToken) =>
        channel.PostAsync(new Message(Words.Escape(text, 2000)), cancellationToken);

    /// <summary>Has an administrator confirm a relay, whose fingerprint the text shows.</summary>
    public async Task AskToConfirmAsync(string text, string relay, CancellationToken cancellationToken) =>
        _asked[relay] = await channel.PostAsync(
            new Message("", CardJson.Write(_ => NoticeCard.Confirm(text, Vocabulary.ConfirmRelay, relay)), OneLine.Fit(text)),
            cancellationToken
        );

    /// <summary>
    /// Replaces a card that asked for a confirmation by its outcome. After a restart only the card that was clicked is known.
    /// </summary>
    public void Settle(string relay, string outcome, Sent? clicked)
    {
        if ((_asked.TryRemove(relay, out var asked) && asked.IsNamed ? asked : clicked) is { } card)
        {
            var settled = new Message("", CardJson.Write(_ => NoticeCard.Settled(outcome)), OneLine.Fit(outcome));
            channel.Edit(card.Thread, card.ActivityId, () => Task.FromResult<Message?>(settled));
        }
    }

    /// <summary>Gives a person a transcript privately: the file to keep, and a link for the next minutes.</summary>
    public async Task DeliverAsync(Incident incident, string personId, string fileName, byte[] content, CancellationToken cancellationToken)
    {
        await channel.OfferAsync(
            personId,
            fileName,
            $"Transcript of {incident.Name}, {Words.Clean(incident.Label, 80)}. Allow it to have it put into your files.",
            content,
            cancellationToken
        );
        if (links?.For(incident.Number, Path.GetExtension(fileName).TrimStart('.')) is not { } link)
        {
            return;
        }

        try
        {
            await channel.TellAsync(
                personId,
                new Message(
                    $"Transcript of {incident.Name}: [{fileName}]({link}). The link is good for "
                        + $"{TranscriptLinks.Life.TotalMinutes:0} minutes, and whoever has it can read it."
                ),
                cancellationToken
            );
        }
        catch (ChannelException exception)
        {
            // They have the file: trying again would offer it once more.
            log.LogWarning(exception, "The link to the transcript of {Incident} could not be given.", incident.Name);
        }
    }

    /// <summary>The incident has nothing more to say for now: what is remembered of its posts beside the journal may go.</summary>
    public void Forget(int incident)
    {
        _together.TryRemove(incident, out _);
        foreach (var post in _posted.Keys.Concat(_unsure.Keys).Where(post => post.Incident == incident).ToArray())
        {
            _posted.TryRemove(post, out _);
            _unsure.TryRemove(post, out _);
        }
    }

    private async Task<Func<long, Posted>?> ShowInOrderAsync(Incident incident, ShowCard show, CancellationToken cancellationToken)
    {
        var standing = Standing(incident, show.Post);
        if (standing is not null && show.Post.Kind is CardKind.Gathering)
        {
            channel.Edit(standing.Thread, standing.ActivityId, () => DrawNewsAsync(incident, show.Post));
            return null;
        }

        if (standing is not null)
        {
            var newest = await DrawAsync(incident, show.Post, null, cancellationToken);
            channel.Edit(standing.Thread, standing.ActivityId, () => Task.FromResult<Message?>(newest));
            return null;
        }

        var members = await MembersAsync([show.Mention], cancellationToken);
        var message = await DrawAsync(incident, show.Post, members, cancellationToken);
        var sent = await SendAsync(incident, show.Post, message, cancellationToken);
        _posted[(incident.Number, show.Post)] = sent;
        var called = members?.Select(member => new Sealed(member.Name)).ToArray();
        return at => new Posted(
            at,
            show.Post,
            sent.Thread,
            sent.ActivityId,
            sent.PossibleDuplicate,
            message.Card!.Value.GetRawText(),
            called
        );
    }

    private async Task<Message> DrawAsync(
        Incident incident,
        PostKey post,
        IReadOnlyList<Member>? called,
        CancellationToken cancellationToken
    ) => new("", await CardAsync(incident, post, called, cancellationToken), OneLine.Of(incident, post));

    private async Task<JsonElement> CardAsync(
        Incident incident,
        PostKey post,
        IReadOnlyList<Member>? called,
        CancellationToken cancellationToken
    )
    {
        if (post.Kind is not CardKind.Gathering)
        {
            return CardFactory.Write(
                incident,
                post,
                await ViewingAsync(incident, post, cancellationToken) with
                {
                    Called = called,
                    TextDays = options.KeepTextDays,
                }
            );
        }

        var members = new List<Incident>();
        foreach (var number in incident.Members)
        {
            if (await incidents.FindAsync(number, cancellationToken) is { } member)
            {
                members.Add(member);
            }
        }

        return CardJson.Write(lines => GatheringCard.Draw(incident, members, lines).Calling(called));
    }

    private async Task<string?> LimitAsync(Incident incident, PostKey post, CancellationToken cancellationToken) =>
        post.Kind is CardKind.Incident ? RelayLimit.Of(await relays.PolicyAsync(incident.Relay, cancellationToken)) : null;

    /// <summary>The card as everybody sees it; the clients of those who may approve ask for the buttons.</summary>
    private async Task<Viewing> ViewingAsync(Incident incident, PostKey post, CancellationToken cancellationToken)
    {
        var limit = await LimitAsync(incident, post, cancellationToken);
        try
        {
            var deciders = await signers.OfAsync(incident.FindRequest(post.Question), cancellationToken);
            return new Viewing(null, [.. deciders.Take(Refresh.Most).Select(member => member.AccountId)], mentionMode.HearsAll, limit)
            {
                Signers = [.. deciders.Select(member => member.Name)],
            };
        }
        catch (ChannelException exception)
        {
            log.LogWarning(exception, "Whose buttons {Request} shows is not known; people ask for them.", post.Question);
            return new Viewing(null, [], mentionMode.HearsAll, limit);
        }
    }

    /// <summary>
    /// The card of all hosts as they stand now. It is asked for after every fact of every host, and most change nothing that it shows.
    /// </summary>
    private async Task<Message?> DrawNewsAsync(Incident founder, PostKey post)
    {
        var now = await incidents.FindAsync(founder.Number, CancellationToken.None) ?? founder;
        var message = await DrawAsync(now, post, null, CancellationToken.None);
        var card = message.Card!.Value.GetRawText();
        return _together.GetValueOrDefault(now.Number) == card ? null : message with { Stands = () => _together[now.Number] = card };
    }

    /// <summary>
    /// A post that was given back unanswered may stand there; the next one of the same card is known as a possible duplicate.
    /// </summary>
    private async Task<Sent> SendAsync(Incident incident, PostKey post, Message message, CancellationToken cancellationToken)
    {
        try
        {
            var sent =
                post.Kind is CardKind.Gathering || (post.Kind is CardKind.Incident && incident.Thread is null)
                    ? await channel.PostAsync(message, cancellationToken)
                    : await channel.ReplyAsync(Thread(incident), message, cancellationToken);
            return _unsure.TryRemove((incident.Number, post), out _) ? sent with { PossibleDuplicate = true } : sent;
        }
        catch (ChannelException exception) when (exception.MayStand)
        {
            _unsure[(incident.Number, post)] = true;
            throw;
        }
    }

    // What this process has just posted may not have reached the journal yet. A card that the channel took without naming it can never be
    // edited: its next state is a post of its own.
    private Sent? Standing(Incident incident, PostKey post) => Posted(incident, post) is { IsNamed: true } sent ? sent : null;

    private Sent? Posted(Incident incident, PostKey post) =>
        incident.Posts.TryGetValue(post, out var id)
        && (post.Kind is CardKind.Gathering ? incident.GatheringThread : incident.Thread) is { } thread
            ? new Sent(thread, id, false)
            : _posted.GetValueOrDefault((incident.Number, post));

    private string Thread(Incident incident) =>
        incident.Thread
        ?? _posted.GetValueOrDefault((incident.Number, new PostKey(CardKind.Incident, default)))?.Thread
        ?? throw new ChannelException($"{incident.Name} has no thread yet: its first card was not posted.");

    private async Task<IReadOnlyList<Member>?> MembersAsync(IEnumerable<string?> rolesOrIds, CancellationToken cancellationToken)
    {
        var ids = rolesOrIds
            .OfType<string>()
            .SelectMany(name =>
                Role.All.Contains(name, StringComparer.Ordinal) ? roster.Holders(CallOrder.For(name, roster.Roster)) : [name]
            )
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        if (ids.Length == 0)
        {
            return null;
        }

        try
        {
            var members = await channel.MembersAsync(cancellationToken);
            return [.. members.Where(member => ids.Contains(member.Id, StringComparer.OrdinalIgnoreCase))];
        }
        catch (ChannelException exception)
        {
            log.LogWarning(exception, "Nobody could be mentioned.");
            return null;
        }
    }
}

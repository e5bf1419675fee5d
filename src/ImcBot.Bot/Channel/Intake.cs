using Microsoft.Bot.Schema;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Takes activities that are from here. What one person says in a conversation is heard in order, and nobody waits for anybody else: the
/// way in ends at the journal, and what is said back goes through the conversation's own way out.
/// </summary>
internal sealed class Intake(
    IChatHandler chat,
    IChannel channel,
    FileOffers files,
    Roster roster,
    ActivityAuthorizer authorizer,
    ReplyLimiter limiter,
    MentionMode mentionMode,
    InstallationState installations,
    Lanes lanes,
    IHostApplicationLifetime lifetime,
    ILogger<Intake> log
)
{
    // A card is drawn for the one person who clicked, and the thread is everybody's.
    private const string ClickAgain = "What you asked for can be shown now: click once more.";

    private readonly Recent _recent = new();

    /// <summary>Whether somebody's words, or the app's coming, are new: the channel delivers some activities twice.</summary>
    public bool IsNew(Activity activity) => activity.Id is null || _recent.IsNew(activity.Id);

    /// <summary>Returns once what must not be forgotten is kept; what is said back goes out afterwards.</summary>
    /// <param name="answered">Takes the answer while its sender waits for it; one that is not taken goes into the conversation.</param>
    public Task HearAsync(Activity activity, Func<Reply, bool> answered) =>
        lanes.RunAsync(WayIn(activity), () => HearInTurnAsync(activity, answered));

    /// <summary>Whoever may remove an app from a team need not be a member; Teams itself says that it was done.</summary>
    public async Task ChangeAsync(Activity installation, bool isHere)
    {
        if (!installations.Take(installation, isHere))
        {
            return;
        }

        log.LogWarning("ImcBot was {Change} the channel of its incidents.", isHere ? "added again to" : "removed from");
        var by = installation.From?.Name ?? installation.From?.AadObjectId ?? "somebody";
        try
        {
            await lanes.RunAsync(
                WayIn(installation),
                async () =>
                {
                    await chat.ChangeChannelAsync(isHere, by, lifetime.ApplicationStopping);
                    return true;
                }
            );
        }
        catch (Exception exception) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            log.LogError(exception, "That could not be kept.");
        }
    }

    private async Task KeepRefusalAsync(Activity activity, Member? member, string refusal, CancellationToken cancellationToken)
    {
        if (Heard.Of(activity, member ?? Claimed(activity), []) is { } heard)
        {
            await chat.RefuseAsync(heard, refusal, cancellationToken);
        }
    }

    private static Member Claimed(Activity activity) =>
        new(activity.From?.AadObjectId ?? "no object id", activity.From?.Id ?? "", activity.From?.Name ?? "somebody");

    private async Task<bool> HearInTurnAsync(Activity activity, Func<Reply, bool> answered)
    {
        var token = lifetime.ApplicationStopping;
        var answer = Reply.None;
        Member? member = null;
        var isFromHere = true;
        try
        {
            if (activity is { Type: "messageUpdate" or "messageDelete", Id: { } unsaid, Conversation.Id: { } where })
            {
                // Whoever was a member when they said it may take it back later.
                await chat.ForgetAsync(where, unsaid, activity.Type == "messageUpdate", token);
            }

            member = activity.From?.AadObjectId is { Length: > 0 } id ? await roster.FindAsync(id, token) : null;
            if (authorizer.Refuse(member) is { } refusal)
            {
                log.LogWarning("An activity of kind {Kind} was refused: {Refusal}", activity.Type, refusal);
                answer = new Reply(refusal);
                isFromHere = false;
                await KeepRefusalAsync(activity, member, refusal, token);
            }
            else if (activity.Type == "installationUpdate")
            {
                answer = new Reply(
                    $"I am {activity.Recipient?.Name ?? "ImcBot"}. When a service that I watch stops I open an incident in the "
                        + "configured channel, walk its article with you, "
                        + $"ask before anything is changed, and keep the record. {mentionMode.Sentence} Threads of incidents are "
                        + "recorded. Type **help** for what I understand."
                );
            }
            else if (activity is { Name: "fileConsent/invoke", Value: JObject choice })
            {
                Send(activity, () => HandOverAsync(activity, member!, choice, token));
            }
            else if (Heard.Of(activity, member!, await roster.AllAsync(token)) is { } heard)
            {
                answer = await chat.HearAsync(heard with { IsElsewhere = !installations.IsHome(activity) }, token);
            }
        }
        catch (ChannelException exception)
        {
            log.LogWarning(exception, "What was said in {Thread} was not taken: the roster could not be read.", activity.Conversation?.Id);
            answer = new Reply("The team's roster cannot be read just now, so nothing was done. Try again in a minute.");
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            log.LogError(exception, "What was said in {Thread} could not be taken.", activity.Conversation?.Id);
            answer = new Reply(
                Journal.DatabaseErrors.IsFull(exception)
                    ? "This does not count: it could not be written down, because the disk of ImcBot's database is full. Make room "
                        + "there, then say it again. What cannot wait, do on the server yourselves."
                    : "This could not be taken because of an error in ImcBot; it is in its log. Try again."
            );
        }

        // Whoever typed something must not wait for an answer that does not come.
        var speak = !answered(answer) && (isFromHere || limiter.Owes(activity.From?.AadObjectId ?? activity.From?.Id ?? ""));
        Send(activity, () => SpeakAsync(activity, member, answer, speak, token));
        return true;
    }

    private static string WayIn(Activity activity) => $"in {activity.Conversation?.Id} {activity.From?.AadObjectId ?? activity.From?.Id}";

    /// <summary>Has something said or done in the conversation, after what was said there before.</summary>
    private void Send(Activity activity, Func<Task> send) =>
        _ = lanes.RunAsync(
            $"out {activity.Conversation?.Id}",
            async () =>
            {
                try
                {
                    await send();
                }
                catch (Exception exception) when (!lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    log.LogWarning(exception, "An answer could not be given in {Thread}.", activity.Conversation?.Id);
                }

                return true;
            }
        );

    private async Task HandOverAsync(Activity activity, Member member, JObject choice, CancellationToken cancellationToken)
    {
        var (text, file) = await files.ChooseAsync(member, choice, cancellationToken);
        await channel.TellAsync(member.Id, new Message(text ?? "") { File = file }, cancellationToken);
        if (file is not null && activity is { ReplyToId: { } offer, Conversation.Id: { } chat })
        {
            await channel.DeleteAsync(chat, offer, cancellationToken);
        }
    }

    private async Task SpeakAsync(Activity activity, Member? member, Reply answer, bool speak, CancellationToken cancellationToken)
    {
        if (answer.Private is { } secret && member is not null)
        {
            await channel.TellAsync(member.Id, new Message(secret), cancellationToken);
        }

        if (speak && (answer.Text is not null || answer.Card is not null) && activity.Conversation?.Id is { } thread)
        {
            await channel.ReplyAsync(
                thread,
                activity.Type == ActivityTypes.Invoke
                    ? new Message(answer.Text ?? ClickAgain, Mentions: [member ?? Claimed(activity)])
                    : new Message(answer.Text ?? "", answer.Card),
                cancellationToken
            );
        }
    }
}

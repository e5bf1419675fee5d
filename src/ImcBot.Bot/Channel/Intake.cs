using System.Text.Json;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Takes activities that are from here, one conversation at a time in order. A person's words are kept before the channel gets its answer where that
/// takes less than a second; what takes longer goes on afterwards.
/// </summary>
internal sealed class Intake(
    IListener listener, IChannel channel, FileDesk files, Roster roster, Doorman doorman, Courtesy courtesy, Hearing hearing, Presence presence, Lanes lanes, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<Intake> log)
{
    private static readonly TimeSpan ClickPatience = TimeSpan.FromSeconds(4), TalkPatience = TimeSpan.FromSeconds(1);

    private readonly Recent _recent = new();

    /// <summary>Returns the invoke response for a click, else null.</summary>
    public async Task<InvokeAnswer?> TakeAsync(Activity activity)
    {
        switch (activity.Type)
        {
            case "message" when activity.Id is null || _recent.IsNew(activity.Id):
                hearing.Learn(activity);
                presence.Learn(activity);
                await StartAsync(activity, speak: true).WaitOrLeaveAsync(TalkPatience, time);
                return null;
            case "invoke" when activity.Name == "adaptiveCard/action":
                var answer = StartAsync(activity, speak: false);
                return await answer.WaitOrLeaveAsync(ClickPatience, time)
                    ? InvokeAnswer.From(await answer)
                    : InvokeAnswer.Say("Taken. It takes a little longer; watch the thread.");
            case "invoke" when activity.Name == "fileConsent/invoke":
                await StartAsync(activity, speak: true).WaitOrLeaveAsync(ClickPatience, time);
                return InvokeAnswer.Empty;
            case "invoke":
                return InvokeAnswer.NotImplemented;
            case "messageUpdate" or "messageDelete":
                await StartAsync(activity, speak: false).WaitOrLeaveAsync(TalkPatience, time);
                return null;
            case "installationUpdate" when activity.Action == "add" && (activity.Id is null || _recent.IsNew(activity.Id)):
                roster.Forget();
                await ChangeAsync(activity, isHere: true).WaitOrLeaveAsync(TalkPatience, time);
                await StartAsync(activity, speak: true).WaitOrLeaveAsync(TalkPatience, time);
                return null;
            case "installationUpdate" when activity.Action == "remove":
                roster.Forget();
                await ChangeAsync(activity, isHere: false).WaitOrLeaveAsync(TalkPatience, time);
                return null;
            case "conversationUpdate" or "installationUpdate":
                roster.Forget();
                return null;
            default:
                return null;
        }
    }

    /// <summary>Keeps that an activity from elsewhere was turned away; the channel gets its refusal either way.</summary>
    public async Task TurnAwayAsync(Activity activity, string refusal)
    {
        try
        {
            await lanes.RunAsync("in " + activity.Conversation?.Id, () => KeepRefusalAsync(activity, null, refusal, lifetime.ApplicationStopping));
        }
        catch (Exception exception) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            log.LogError(exception, "A refusal could not be kept.");
        }
    }

    /// <summary>Whoever may remove an app from a team need not be a member; Teams itself says that it was done.</summary>
    private async Task ChangeAsync(Activity installation, bool isHere)
    {
        if (!presence.Take(installation, isHere))
        {
            return;
        }

        log.LogWarning("ImcBot was {Change} the channel of its incidents.", isHere ? "added again to" : "removed from");
        var by = installation.From?.Name ?? installation.From?.AadObjectId ?? "somebody";
        try
        {
            await lanes.RunAsync("in " + installation.Conversation?.Id, async () =>
            {
                await listener.ChangeChannelAsync(isHere, by, lifetime.ApplicationStopping);
                return true;
            });
        }
        catch (Exception exception) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            log.LogError(exception, "That could not be kept.");
        }
    }

    private async Task<bool> KeepRefusalAsync(Activity activity, Member? member, string refusal, CancellationToken token)
    {
        var claimed = member ?? new Member(activity.From?.AadObjectId ?? "no object id", activity.From?.Id ?? "", activity.From?.Name ?? "somebody");
        if (ActivityReader.Read(activity, claimed, []) is { } heard)
        {
            await listener.RefuseAsync(heard, refusal, token);
        }

        return true;
    }

    private Task<Reply> StartAsync(Activity activity, bool speak) =>
        lanes.RunAsync("in " + activity.Conversation?.Id, () => HearAsync(activity, speak));

    private async Task<Reply> HearAsync(Activity activity, bool speak)
    {
        var token = lifetime.ApplicationStopping;
        var answer = Reply.None;
        try
        {
            if (activity is { Type: "messageUpdate" or "messageDelete", Id: { } unsaid, Conversation.Id: { } where })
            {
                // Whoever was a member when they said it may take it back later.
                await listener.ForgetAsync(where, unsaid, activity.Type == "messageUpdate", token);
            }

            var member = activity.From?.AadObjectId is { Length: > 0 } id ? await roster.FindAsync(id, token) : null;
            if (doorman.Refuse(member) is { } refusal)
            {
                log.LogWarning("An activity of kind {Kind} was refused: {Refusal}", activity.Type, refusal);
                answer = new Reply(refusal);
                speak &= courtesy.Owes(activity.From?.AadObjectId ?? activity.From?.Id ?? "");
                await KeepRefusalAsync(activity, member, refusal, token);
            }
            else if (activity.Type == "installationUpdate")
            {
                answer = new Reply($"I am {activity.Recipient?.Name ?? "ImcBot"}. When a mail server stops I open an incident in the configured channel, walk its KB article with you, "
                    + $"ask before anything is changed, and keep the record. {hearing.Sentence} Threads of incidents are recorded. Type **help** for what I understand.");
            }
            else if (activity is { Name: "fileConsent/invoke", Value: { ValueKind: JsonValueKind.Object } choice })
            {
                await HandOverAsync(activity, member!, choice, token);
            }
            else if (ActivityReader.Read(activity, member!, await roster.AllAsync(token)) is { } heard)
            {
                answer = await listener.HearAsync(heard, token);
            }

            await SpeakAsync(activity, member, answer, speak, token);
        }
        catch (ChannelException exception)
        {
            log.LogWarning(exception, "An answer could not be given in {Thread}.", activity.Conversation?.Id);
            answer = answer == Reply.None ? new Reply("The team's roster cannot be read just now, so nothing was done. Try again in a minute.") : answer;
        }
        catch (Exception exception) when (!token.IsCancellationRequested)
        {
            log.LogError(exception, "What was said in {Thread} could not be taken.", activity.Conversation?.Id);
            answer = new Reply("This could not be taken because of an error in ImcBot; it is in its log. Try again.");
        }

        return answer;
    }

    private async Task HandOverAsync(Activity activity, Member member, JsonElement choice, CancellationToken token)
    {
        var (text, file) = await files.ChooseAsync(member, choice, token);
        await channel.TellAsync(member.Id, new Message(text ?? "") { File = file }, token);
        if (file is not null && activity is { ReplyToId: { } offer, Conversation.Id: { } chat })
        {
            await channel.DeleteAsync(chat, offer, token);
        }
    }

    private async Task SpeakAsync(Activity activity, Member? member, Reply answer, bool speak, CancellationToken token)
    {
        if (answer.Private is { } secret && member is not null)
        {
            await channel.TellAsync(member.Id, new Message(secret), token);
        }

        if (speak && (answer.Text is not null || answer.Card is not null) && activity.Conversation?.Id is { } thread)
        {
            await channel.ReplyAsync(thread, new Message(answer.Text ?? "", answer.Card), token);
        }
    }
}

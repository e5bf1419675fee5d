using Microsoft.Bot.Builder;
using Microsoft.Bot.Builder.Teams;
using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>
/// What each kind of activity is for, and how long its sender waits. The SDK's own answer to a change of members or an invoke is not
/// wanted: it calls
/// the connector for every new member, and where that fails the turn fails.
/// </summary>
internal sealed class TurnHandler(Intake intake, Roster roster, MentionMode hearing, InstallationState presence, TimeProvider time)
    : TeamsActivityHandler
{
    private static readonly TimeSpan ClickPatience = TimeSpan.FromSeconds(4),
        TalkPatience = TimeSpan.FromSeconds(1);

    protected override async Task OnMessageActivityAsync(ITurnContext<IMessageActivity> turnContext, CancellationToken cancellationToken)
    {
        var activity = Activity(turnContext);
        if (intake.IsNew(activity))
        {
            hearing.Learn(activity);
            presence.Learn(activity);
            await intake.HearAsync(activity, speak: true).WaitOrLeaveAsync(TalkPatience, time);
        }
    }

    protected override Task OnMessageUpdateActivityAsync(
        ITurnContext<IMessageUpdateActivity> turnContext,
        CancellationToken cancellationToken
    ) => intake.HearAsync(Activity(turnContext), speak: false).WaitOrLeaveAsync(TalkPatience, time);

    protected override Task OnMessageDeleteActivityAsync(
        ITurnContext<IMessageDeleteActivity> turnContext,
        CancellationToken cancellationToken
    ) => intake.HearAsync(Activity(turnContext), speak: false).WaitOrLeaveAsync(TalkPatience, time);

    protected override Task OnConversationUpdateActivityAsync(
        ITurnContext<IConversationUpdateActivity> turnContext,
        CancellationToken cancellationToken
    )
    {
        roster.Forget();
        return Task.CompletedTask;
    }

    protected override async Task OnInstallationUpdateActivityAsync(
        ITurnContext<IInstallationUpdateActivity> turnContext,
        CancellationToken cancellationToken
    )
    {
        var activity = Activity(turnContext);
        roster.Forget();
        switch (activity.Action)
        {
            case "add" when intake.IsNew(activity):
                await intake.ChangeAsync(activity, isHere: true).WaitOrLeaveAsync(TalkPatience, time);
                await intake.HearAsync(activity, speak: true).WaitOrLeaveAsync(TalkPatience, time);
                break;
            case "remove":
                await intake.ChangeAsync(activity, isHere: false).WaitOrLeaveAsync(TalkPatience, time);
                break;
        }
    }

    protected override async Task<InvokeResponse> OnInvokeActivityAsync(
        ITurnContext<IInvokeActivity> turnContext,
        CancellationToken cancellationToken
    )
    {
        var answer = await AnswerAsync(Activity(turnContext));
        return new InvokeResponse { Status = answer.StatusCode, Body = answer };
    }

    private async Task<InvokeAnswer> AnswerAsync(Activity activity)
    {
        switch (activity.Name)
        {
            case "adaptiveCard/action":
                var answer = intake.HearAsync(activity, speak: false);
                return await answer.WaitOrLeaveAsync(ClickPatience, time)
                    ? InvokeAnswer.From(await answer)
                    : InvokeAnswer.Say("Taken. It takes a little longer; watch the thread.");
            case "fileConsent/invoke":
                await intake.HearAsync(activity, speak: true).WaitOrLeaveAsync(ClickPatience, time);
                return InvokeAnswer.Empty;
            default:
                return InvokeAnswer.NotImplemented;
        }
    }

    private static Activity Activity(ITurnContext turn) => turn.Activity;
}

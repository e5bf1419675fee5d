using System.Security.Claims;
using Microsoft.Bot.Builder;
using Microsoft.Bot.Builder.Integration.AspNet.Core;
using Microsoft.Bot.Builder.Teams;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Bot.Schema;
using Microsoft.Extensions.Options;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>
/// One activity, one turn of the SDK: what each kind of activity is for, and how long its sender waits. The SDK's own answer to a change of
/// members or an invoke is not wanted: it calls the connector for every new member, and where that fails the turn fails.
/// </summary>
internal sealed class TurnHandler(
    Intake intake,
    Roster roster,
    MentionMode mentions,
    InstallationState installation,
    ConnectorAuthentication authentication,
    IOptions<ChannelOptions> options,
    TimeProvider time
) : TeamsActivityHandler
{
    private const string Written = "It is written down; the thread shows what comes of it.";

    private static readonly TimeSpan ClickPatience = TimeSpan.FromSeconds(4),
        TalkPatience = TimeSpan.FromSeconds(1);

    private readonly Adapter _adapter = new(authentication, options.Value.AppId);

    /// <summary>Takes an activity that has passed token and authorizer. Returns the answer to an invoke, else null.</summary>
    public Task<InvokeResponse?> TakeAsync(Activity activity) => _adapter.TakeAsync(activity, OnTurnAsync);

    protected override async Task OnMessageActivityAsync(ITurnContext<IMessageActivity> turnContext, CancellationToken cancellationToken)
    {
        var activity = Activity(turnContext);
        if (intake.IsNew(activity))
        {
            mentions.Learn(activity);
            installation.Learn(activity);
            await WaitAsync(intake.HearAsync(activity, NobodyWaits), TalkPatience);
        }
    }

    protected override Task OnMessageUpdateActivityAsync(
        ITurnContext<IMessageUpdateActivity> turnContext,
        CancellationToken cancellationToken
    ) => WaitAsync(intake.HearAsync(Activity(turnContext), static _ => true), TalkPatience);

    protected override Task OnMessageDeleteActivityAsync(
        ITurnContext<IMessageDeleteActivity> turnContext,
        CancellationToken cancellationToken
    ) => WaitAsync(intake.HearAsync(Activity(turnContext), static _ => true), TalkPatience);

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
                await WaitAsync(intake.ChangeAsync(activity, isHere: true), TalkPatience);
                await WaitAsync(intake.HearAsync(activity, NobodyWaits), TalkPatience);
                break;
            case "remove":
                await WaitAsync(intake.ChangeAsync(activity, isHere: false), TalkPatience);
                break;
        }
    }

    protected override async Task<InvokeResponse> OnInvokeActivityAsync(
        ITurnContext<IInvokeActivity> turnContext,
        CancellationToken cancellationToken
    )
    {
        var activity = Activity(turnContext);
        switch (activity.Name)
        {
            case "adaptiveCard/action":
                return Answer(await ClickAsync(activity));
            case "fileConsent/invoke":
                await WaitAsync(intake.HearAsync(activity, NobodyWaits), ClickPatience);
                return Answer(StatusCodes.Status200OK);
            default:
                return Answer(StatusCodes.Status501NotImplemented);
        }
    }

    /// <summary>Shown under the card while the client waits; an answer that comes later is told in the thread, by name.</summary>
    private async Task<Reply> ClickAsync(Activity activity)
    {
        var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAutomatic = activity.Value is JObject value && Click.IsAutomatic(value);
        await WaitAsync(intake.HearAsync(activity, reply => answer.TrySetResult(reply) || isAutomatic), ClickPatience);
        answer.TrySetResult(new Reply("It takes a little longer to be written down; the thread shows what comes of it."));
        return await answer.Task;
    }

    /// <summary>Whoever typed something does not wait for the answer: it goes into the conversation.</summary>
    private static bool NobodyWaits(Reply answer) => false;

    private static Activity Activity(ITurnContext turn) => turn.Activity;

    private static InvokeResponse Answer(Reply reply) =>
        reply.Card is { } card
            ? Answer(StatusCodes.Status200OK, Message.CardType, card)
            : Answer(StatusCodes.Status200OK, "application/vnd.microsoft.activity.message", reply.Text ?? Written);

    private static InvokeResponse Answer(int status, string? type = null, object? value = null) =>
        new()
        {
            Status = status,
            Body = new AdaptiveCardInvokeResponse
            {
                StatusCode = status,
                Type = type,
                Value = value,
            },
        };

    /// <summary>Returns when the task is done or the time is up, and the task goes on.</summary>
    private async Task WaitAsync(Task task, TimeSpan limit) =>
        await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Whoever calls has been proven by <see cref="BotToken"/> and <see cref="ActivityAuthorizer"/>; the adapter's own way in, which reads
    /// and authenticates the request itself, is not used.
    /// </summary>
    private sealed class Adapter : CloudAdapter
    {
        private readonly AuthenticateRequestResult _proven;

        public Adapter(ConnectorAuthentication authentication, string appId)
            : base(authentication)
        {
            var identity = new ClaimsIdentity([new Claim(AuthenticationConstants.AudienceClaim, appId)]);
            _proven = new AuthenticateRequestResult
            {
                ClaimsIdentity = identity,
                Audience = AuthenticationConstants.ToChannelFromBotOAuthScope,
                CallerId = CallerIdConstants.PublicAzureChannel,
                ConnectorFactory = authentication.CreateConnectorFactory(identity),
            };
        }

        // What was begun is not given up because the caller hangs up.
        public async Task<InvokeResponse?> TakeAsync(Activity activity, BotCallbackHandler turn) =>
            await ProcessActivityAsync(_proven, activity, turn, CancellationToken.None);
    }
}

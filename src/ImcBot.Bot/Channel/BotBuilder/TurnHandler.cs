using Microsoft.Bot.Builder;
using Microsoft.Bot.Builder.Teams;
using Sdk = Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>Hands every kind of activity that the SDK tells apart to the intake, which answers invokes.</summary>
internal sealed class TurnHandler(Intake intake) : TeamsActivityHandler
{
    protected override Task OnMessageActivityAsync(ITurnContext<Sdk.IMessageActivity> turnContext, CancellationToken cancellationToken) => TakeAsync(turnContext);

    protected override Task OnMessageUpdateActivityAsync(ITurnContext<Sdk.IMessageUpdateActivity> turnContext, CancellationToken cancellationToken) => TakeAsync(turnContext);

    protected override Task OnMessageDeleteActivityAsync(ITurnContext<Sdk.IMessageDeleteActivity> turnContext, CancellationToken cancellationToken) => TakeAsync(turnContext);

    protected override Task OnConversationUpdateActivityAsync(ITurnContext<Sdk.IConversationUpdateActivity> turnContext, CancellationToken cancellationToken) => TakeAsync(turnContext);

    protected override Task OnInstallationUpdateActivityAsync(ITurnContext<Sdk.IInstallationUpdateActivity> turnContext, CancellationToken cancellationToken) => TakeAsync(turnContext);

    protected override async Task<InvokeResponse> OnInvokeActivityAsync(ITurnContext<Sdk.IInvokeActivity> turnContext, CancellationToken cancellationToken)
    {
        var answer = await TakeAsync(turnContext) ?? InvokeAnswer.Empty;
        return new InvokeResponse { Status = answer.StatusCode, Body = answer };
    }

    private Task<InvokeAnswer?> TakeAsync(ITurnContext turn) => intake.TakeAsync(Dialect.FromSdk<Activity>(turn.Activity));
}

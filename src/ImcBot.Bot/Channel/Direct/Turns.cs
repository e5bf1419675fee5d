using System.Security.Claims;

namespace ImcBot.Bot.Channel;

/// <summary>One activity, one turn. The direct edge hands it on as it came.</summary>
internal sealed class Turns(Intake intake)
{
    /// <summary>Takes an activity that has passed token and doorman. Returns the invoke response for a click, else null.</summary>
    public Task<InvokeAnswer?> TakeAsync(Activity activity, ClaimsPrincipal caller) => intake.TakeAsync(activity);
}

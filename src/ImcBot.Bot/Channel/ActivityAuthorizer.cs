using Microsoft.Bot.Schema;
using Microsoft.Bot.Schema.Teams;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>Decides whether an activity comes from here: Teams, our tenant, the service its token names.</summary>
internal sealed class ActivityAuthorizer(IOptions<ChannelOptions> options)
{
    /// <summary>Why the activity is not from here, as a sentence, or null.</summary>
    /// <param name="serviceUrl">The token's own claim.</param>
    public string? Refuse(Activity activity, string? serviceUrl)
    {
        var channel = options.Value;
        if (activity.ChannelId != "msteams")
        {
            return "Not from here: this bot only listens to Microsoft Teams.";
        }

        if (serviceUrl is null || activity.ServiceUrl is null || !Same(serviceUrl, activity.ServiceUrl))
        {
            return "Not from here: the activity's service URL is not the one its token was issued for.";
        }

        if (!Uri.TryCreate(activity.ServiceUrl, UriKind.Absolute, out var url) || !channel.Allows(url))
        {
            return "Not from here: the activity's service URL is not in Channel:AllowedServiceUrls.";
        }

        string?[] tenants = [activity.Conversation?.TenantId, activity.GetChannelData<TeamsChannelData>()?.Tenant?.Id];
        return tenants.Any(tenant => tenant == channel.TenantId) && tenants.All(tenant => tenant is null || tenant == channel.TenantId)
            ? null
            : "Not from here: the activity comes from another tenant.";
    }

    /// <summary>Why this member may not take part, as a sentence, or null.</summary>
    public string? Refuse(Member? member) =>
        member switch
        {
            null => "Not from here: this bot only answers members of its team.",
            { IsGuest: true } when !options.Value.Guests.Contains(member.Id, StringComparer.OrdinalIgnoreCase) =>
                "Not from here: guests take part only when Channel:Guests lists them.",
            _ => null,
        };

    private static bool Same(string one, string other) =>
        string.Equals(one.TrimEnd('/'), other.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
}

using System.Collections.Concurrent;
using Microsoft.Bot.Schema;
using Microsoft.Bot.Schema.Teams;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Where the app was taken away: nothing is posted there until it is added again. It is known for as long as the process runs; a new one
/// hears it from the channel's own refusals.
/// </summary>
internal sealed class InstallationState(IOptions<ChannelOptions> options)
{
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.Ordinal);
    private volatile string? _team;

    private string Home => options.Value.Conversation;

    /// <summary>An app is removed from a team, and only what is said in the configured channel tells which team that is.</summary>
    public void Learn(Activity activity)
    {
        if (activity.GetChannelData<TeamsChannelData>() is { Team.Id: { } team, Channel.Id: { } channel } && channel == Home)
        {
            _team = team;
        }
    }

    /// <summary>Whether only its team reads what is said there: a channel of the team of the incidents, or a private chat. Until something
    /// was said in the channel
    /// of the incidents the team's other channels are not known.</summary>
    public bool IsHome(Activity activity) => activity.Conversation?.ConversationType == "personal" || PlaceOf(activity) == Home;

    /// <summary>The app was removed or added. True when that changes whether it is in the channel of the incidents.</summary>
    public bool Take(Activity installation, bool isHere)
    {
        if (PlaceOf(installation) is not { } place)
        {
            return false;
        }

        var changed = isHere ? _gone.TryRemove(place, out _) : _gone.TryAdd(place, true);
        return changed && place == Home;
    }

    /// <summary>Throws where the app was taken away.</summary>
    /// <exception cref="ChannelException">Nothing is sent there.</exception>
    public void Demand(string thread)
    {
        if (_gone.ContainsKey(Root(thread)))
        {
            throw new ChannelException("ImcBot was removed there, so nothing is posted until it is added again.");
        }
    }

    private string? PlaceOf(Activity installation) =>
        installation.GetChannelData<TeamsChannelData>() is { Team.Id: { } team } data
        && (team == Home || team == _team || data.Channel?.Id == Home)
            ? Home
        : installation.Conversation?.Id is { } conversation ? Root(conversation)
        : null;

    // A thread is named by its channel and its first message.
    private static string Root(string thread) => thread.Split(';')[0];
}

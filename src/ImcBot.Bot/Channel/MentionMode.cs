using Microsoft.Bot.Schema;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Whether the bot hears every message of the channel or only those that mention it. That hangs on the owner's consent, which Teams tells
/// no bot: it is known from the first message that comes without a mention, and for as long as the process runs.
/// </summary>
internal sealed class MentionMode
{
    private volatile bool _hearsAll;

    public bool HearsAll => _hearsAll;

    public string Sentence =>
        HearsAll
            ? "I hear every message in the channel's threads, with or without a mention."
            : "Mention me when you write: as far as I have heard, only messages that mention me reach me here. With the owner's "
                + "consent to read the channel's messages I hear all of them.";

    public void Learn(Activity activity) => _hearsAll |= Heard.IsTalkAmongPeople(activity);
}

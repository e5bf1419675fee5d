using ImcBot.Contracts;

namespace ImcBot.Bot.Cards;

/// <summary>Why a relay carries nothing out, whoever approves: its own policy wins over bot, runbook and grant.</summary>
internal static class RelayLimit
{
    /// <summary>For the incident's card; null when the relay acts on approvals.</summary>
    public static string? Of(PolicyNotice? policy) =>
        policy switch
        {
            null => null,
            { Digest: null } => "only reads: it has no policy file yet and refuses every change",
            { Highest: Impact.Read } => "only reads: its policy allows no change",
            { Shadow: true } => "shadow mode: changes are planned and asked for, and none is carried out",
            _ => null,
        };
}

using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Ledger;

/// <summary>The ledger takes nothing more. Whatever has not begun does not begin; what has is told when there is space again.</summary>
internal sealed class LedgerException(string folder, Exception inner)
    : HostException(
        $"The ledger cannot be written ({inner.Message}): make room on the volume of {folder}. What was done so far is told as soon "
            + "as there is.",
        null,
        inner
    );

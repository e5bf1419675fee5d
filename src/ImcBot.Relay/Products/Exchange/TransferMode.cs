using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Which way an Internet Mail Service transfers mail; read by the service when it starts (Q293288).</summary>
internal enum TransferMode
{
    Unknown,
    InboundAndOutbound,
    InboundOnly,
    OutboundOnly,
    None,
}

/// <summary>
/// The Transfer Mode on the Connections page of the Internet Mail Service. Exchange keeps it in its directory, not in the registry; not
/// every driver can read it.
/// </summary>
internal static class TransferModes
{
    public const string Setting = "transfer-mode";

    public static async Task<TransferMode> TransferModeAsync(
        this IServices services,
        string service,
        CancellationToken cancellationToken
    ) =>
        Enum.TryParse<TransferMode>(await services.SettingAsync(service, Setting, cancellationToken), ignoreCase: true, out var mode)
            ? mode
            : TransferMode.Unknown;

    /// <summary>It counts from the service's next start.</summary>
    public static Task SetTransferModeAsync(
        this IHostWriter writer,
        string service,
        TransferMode mode,
        CancellationToken cancellationToken
    ) => writer.SetSettingAsync(service, Setting, mode.ToString(), cancellationToken);
}

namespace ImcBot.Lab.Server.Host;

/// <summary>
/// Transfer Mode of the Internet Mail Service, on the Connections page of its properties. The service reads it when it starts (Q293288).
/// </summary>
internal enum TransferMode
{
    InboundAndOutbound,
    InboundOnly,
    OutboundOnly,
    None,
}

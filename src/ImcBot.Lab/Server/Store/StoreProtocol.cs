namespace ImcBot.Lab.Server.Store;

/// <summary>The lines that the mail service and the store exchange on the loopback connection that stands for RPC.</summary>
internal static class StoreProtocol
{
    public const string Logon = "LOGON ";
    public const string Hand = "HAND ";
    public const string Welcome = "WELCOME";

    /// <summary>The file has been read and acknowledged; from here on the mail service can name it in 4182.</summary>
    public const string Opened = "OPENED";
    public const string Delivered = "DELIVERED";

    /// <summary>The message cannot be converted; the mail service shall archive it.</summary>
    public const string Refused = "REFUSED";

    /// <summary>No thread is left for the mail service (Q169686).</summary>
    public const string Busy = "BUSY";
}

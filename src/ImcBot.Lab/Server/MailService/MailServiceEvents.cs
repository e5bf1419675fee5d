using System.Buffers.Binary;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.MailService;

/// <summary>Events of the Internet Mail Service (domain reference section 5), in our own words.</summary>
internal static class MailServiceEvents
{
    public const uint NetworkError = 0x80040115;
    public const uint FailOneProvider = 0x8004011D;
    public const uint SharingViolation = 0x80070020;

    public static EventReport Started() => Init(EventType.Information, 1000, "The Internet Mail Service has started.");

    public static EventReport Stopped() => Init(EventType.Information, 1001, "The Internet Mail Service has shut down.");

    public static EventReport ProtocolLogOn(string folder) =>
        Init(EventType.Information, 2004, $"SMTP protocol logging is on. The logs are written to {folder}.", folder);

    public static EventReport NoConfiguration() =>
        Init(
            EventType.Error,
            4086,
            "The configuration of the Internet Mail Service could not be read: RootDir is missing or no path of this server."
        );

    public static EventReport PortTaken() => Init(EventType.Error, 4007, "TCP port 25 is in use by another program (10048).", "10048");

    public static EventReport QueueLocked(string path) => Init(EventType.Error, 3013, $"The queue file {path} could not be opened.", path);

    public static EventReport LowSpace(string folder, long waterMark) =>
        new(
            Places.Imc,
            "Message Transfer",
            EventType.Warning,
            3018,
            $"Less than {waterMark / 1024} KB are free on the drive of {folder}. No new mail is accepted until there is more.",
            [folder, $"{waterMark / 1024}"]
        );

    public static EventReport StoreCallFailed(uint result) =>
        Processing(
            EventType.Error,
            4116,
            "An error was returned from the messaging software that the Internet Mail Service uses to process messages on the "
                + "Microsoft Exchange Server. "
                + "The message that was being processed may not be delivered; if possible it is moved to the BAD folder, otherwise "
                + "it is tried again at the next start.",
            Data(0x00050074, result)
        );

    public static EventReport StoreLost() =>
        Processing(
            EventType.Error,
            3039,
            "Communication with the information store failed (0x80040115). The Internet Mail Service tries to connect again.",
            Data(0x00050041, NetworkError)
        );

    public static EventReport ReconnectFailed() =>
        Processing(
            EventType.Error,
            4094,
            "The connection to the information store could not be made again (0x8004011d). The Internet Mail Service is shutting down.",
            Data(0x00050042, FailOneProvider)
        );

    public static EventReport Archived(string name) =>
        Processing(
            EventType.Error,
            4117,
            $"The inbound spool file {name} could not be delivered. It was moved to the In\\Archive folder.",
            Data(0x00050075, NetworkError),
            name
        );

    public static EventReport WillRetry(string name) =>
        Processing(
            EventType.Error,
            4182,
            $"The information store returned an error while the spool file {name} was processed. It is tried again when the "
                + "Internet Mail Service starts.",
            Data(0x000500B6, NetworkError),
            name
        );

    public static EventReport ShuttingDown() =>
        Processing(
            EventType.Error,
            4102,
            "A serious error has occurred while trying to send mail into the Exchange Information Store. The Internet Mail Service "
                + "is being shut down.",
            Data(0x00050066, NetworkError)
        );

    public static EventReport CannotMove(string from, string to) =>
        Processing(
            EventType.Error,
            4055,
            $"The spool file {from} could not be moved to {to}.",
            Data(0x00050037, SharingViolation),
            from,
            to
        );

    public static EventReport CannotOpen(string path) =>
        Processing(
            EventType.Error,
            4070,
            $"The spool file {path} could not be opened: it is in use by another process.",
            Data(0x00050046, SharingViolation),
            path
        );

    private static EventReport Init(EventType type, int id, string message, params string[] strings) =>
        new(Places.Imc, "Initialization/Termination", type, id, message, strings);

    private static EventReport Processing(EventType type, int id, string message, string data, params string[] strings) =>
        new(Places.Imc, "Internal Processing", type, id, message, strings, data);

    // Event data is the internal code and the result, both little-endian (Q193639).
    private static string Data(uint code, uint result)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, code);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], result);
        return Convert.ToBase64String(bytes);
    }
}

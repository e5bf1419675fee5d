using System.Runtime.InteropServices;

namespace ImcBot.Relay.Hosts.Linux;

/// <summary>The numbers of Linux, as far as somebody acts on their kinds.</summary>
internal static class Errno
{
    public const int NotPermitted = 1,
        NotFound = 2,
        Denied = 13,
        Busy = 16,
        Exists = 17,
        OtherFileSystem = 18,
        NotAFolder = 20,
        IsAFolder = 21,
        TextBusy = 26,
        Full = 28,
        ReadOnly = 30,
        NoData = 61,
        NotSupported = 95,
        QuotaFull = 122;

    public static HostError Kind(int number) =>
        number switch
        {
            NotFound or NotAFolder => HostError.NotFound,
            NotPermitted or Denied or ReadOnly => HostError.Denied,
            Busy or TextBusy => HostError.InUse,
            Full or QuotaFull => HostError.Full,
            Exists => HostError.Exists,
            _ => HostError.Other,
        };
}

/// <summary>What the kernel refused; its number is that of the last call.</summary>
internal sealed class LinuxException(int number) : Exception(Marshal.GetPInvokeErrorMessage(number))
{
    public LinuxException()
        : this(Marshal.GetLastPInvokeError()) { }

    public int Number => number;
}

using System.Runtime.InteropServices;

namespace ImcBot.Relay.Hosts.Linux;

internal enum FileForm
{
    /// <summary>A socket, a pipe or a device.</summary>
    Other,
    Plain,
    Folder,
    Link,
}

/// <summary>What the file system says of one file.</summary>
/// <param name="Device">The file system that it lies on.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Modified">Unix microseconds.</param>
/// <param name="Born">Unix microseconds; 0 where the file system does not keep it.</param>
internal sealed record FileFacts(ulong Device, ulong Inode, int Mode, uint Links, long Size, long Modified, long Born)
{
    public uint User { get; init; }

    public uint Group { get; init; }

    /// <summary>The bytes that it takes on its volume; a file with holes takes fewer than its size.</summary>
    public long Taken { get; init; }

    public FileForm Form =>
        (Mode & 0xf000) switch
        {
            0x8000 => FileForm.Plain,
            0x4000 => FileForm.Folder,
            0xa000 => FileForm.Link,
            _ => FileForm.Other,
        };

    /// <summary>A number is given anew as soon as its file is gone, so the birth belongs to it.</summary>
    public string Id => $"{Device:x}:{Inode:x}:{Born:x}";

    /// <summary>The file itself, whatever names it has.</summary>
    public (ulong Device, ulong Inode) Place => (Device, Inode);

    public static FileFacts Of(in StatxFacts facts) =>
        new(
            ((ulong)facts.DeviceMajor << 32) | facts.DeviceMinor,
            facts.Inode,
            facts.Mode,
            facts.Links,
            (long)facts.Size,
            facts.Modified.Micros,
            (facts.Mask & BirthKnown) == 0 ? 0 : facts.Born.Micros
        )
        {
            User = facts.User,
            Group = facts.Group,
            Taken = (long)facts.Blocks * 512,
        };

    private const uint BirthKnown = 0x800;
}

/// <summary>The answer of <c>statx</c>, the same on every Linux.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct StatxFacts
{
    public uint Mask,
        BlockSize;
    public ulong Attributes;
    public uint Links,
        User,
        Group;
    public ushort Mode,
        Spare;
    public ulong Inode,
        Size,
        Blocks,
        AttributesMask;
    public StatxTime Accessed,
        Born,
        Changed,
        Modified;
    public uint OfDeviceMajor,
        OfDeviceMinor,
        DeviceMajor,
        DeviceMinor;
}

[StructLayout(LayoutKind.Sequential)]
internal struct StatxTime
{
    public long Seconds;
    public uint Nanoseconds;
    public int Spare;

    public readonly long Micros => Seconds * 1_000_000 + Nanoseconds / 1000;
}

using System.Buffers.Binary;

namespace ImcBot.Lab.Server.Store;

/// <summary>Reads the attribute stream of winmail.dat: signature, key, then attributes of level, id, length, data, checksum.</summary>
internal static class Tnef
{
    private const uint Signature = 0x223E9F78;
    private const int HeaderLength = 6;
    private const int AttributeHeader = 9;
    private const int Checksum = 2;

    public static bool HasEmptyAttribute(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(stream) != Signature)
        {
            return false;
        }

        var at = HeaderLength;
        while (at + AttributeHeader <= stream.Length)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(stream[(at + 5)..]);
            if (length == 0)
            {
                return true;
            }

            if (length < 0 || length > stream.Length - at)
            {
                return false;
            }

            at += AttributeHeader + length + Checksum;
        }

        return false;
    }

    /// <summary>A stream with a message class and a subject of no length, such as Q241482 describes.</summary>
    public static byte[] WithEmptyAttribute()
    {
        byte[] version = [1, 6, 0x90, 8, 0, 4, 0, 0, 0, 0, 0, 1, 0, 1, 0];
        byte[] subject = [1, 4, 0x80, 1, 0, 0, 0, 0, 0, 0, 0];
        return [0x78, 0x9F, 0x3E, 0x22, 1, 0, .. version, .. subject, .. Noise(120)];
    }

    /// <summary>Bytes without a meaning, the same every time.</summary>
    public static byte[] Noise(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 73) ^ (i >> 3)))];
}

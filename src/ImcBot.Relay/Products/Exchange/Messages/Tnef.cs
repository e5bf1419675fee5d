using System.Buffers.Binary;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>Walks the attributes of a winmail.dat: level, id, length, data, checksum.</summary>
internal static class Tnef
{
    private const uint Signature = 0x223E9F78;
    private const int Start = 6,
        AttributeHead = 9,
        Checksum = 2;

    /// <summary>A wrong signature, an attribute of no length (Q241482) or one longer than what follows (Q243769).</summary>
    /// <param name="whole">Whether the stream was kept to its end: only then its end is judged.</param>
    public static bool IsMalformed(ReadOnlySpan<byte> stream, bool whole)
    {
        if (stream.Length < Start || BinaryPrimitives.ReadUInt32LittleEndian(stream) != Signature)
        {
            return true;
        }

        var at = Start;
        while (at + AttributeHead <= stream.Length)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(stream[(at + 5)..]);
            if (length <= 0 || (whole && length > stream.Length - at - AttributeHead))
            {
                return true;
            }

            if (length > stream.Length - at - AttributeHead)
            {
                return false;
            }

            at += AttributeHead + length + Checksum;
        }

        return false;
    }

    /// <summary>Base64 as far as it can be decoded.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var clean = new List<char>(encoded.Length);
        foreach (var letter in encoded)
        {
            if (char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'+' or (byte)'/')
            {
                clean.Add((char)letter);
            }
        }

        var length = clean.Count - (clean.Count % 4 == 1 ? 1 : 0);
        return Convert.FromBase64String(new string([.. clean.Take(length)]).PadRight((length + 3) / 4 * 4, '='));
    }
}

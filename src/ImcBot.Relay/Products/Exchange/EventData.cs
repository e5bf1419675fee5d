using System.Buffers.Binary;
using System.Text;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// The binary data of an event of MSExchangeIMC: an internal code and a result, little-endian (Q193639); 4120 and 4131 append the spool
/// file (Q272672).
/// </summary>
/// <param name="SpoolFile">Name that follows the codes, or null.</param>
internal sealed record EventData(uint Code, uint Result, string? SpoolFile)
{
    /// <summary>Null when there are not even two codes.</summary>
    public static EventData? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            return null;
        }

        var name = Encoding.Latin1.GetString(bytes[8..]).Split('\0')[0];
        return new EventData(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            name.Length is > 0 and <= 64 && name.All(char.IsAsciiLetterOrDigit) ? name : null
        );
    }

    public override string ToString() => $"0x{Code:X8}, 0x{Result:X8}{(SpoolFile is null ? "" : $", {SpoolFile}")}";
}

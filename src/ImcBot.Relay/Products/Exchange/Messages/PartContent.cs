using System.Buffers;
using ImcBot.Contracts;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>Looks at the bytes of one part as they come. Keeps at most one megabyte of a TNEF part, nothing of any other.</summary>
internal sealed class PartContent(Entity entity, ISet<string> found)
{
    private const int MostTnef = 1 << 20;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n"u8
    );

    private readonly bool _isBase64 = entity.Encoding == "base64";
    private readonly bool _shiftJis = entity.Charset is "shift_jis" or "shift-jis" or "x-sjis" or "sjis";
    private readonly List<byte> _tnef = [];
    private bool _padded;
    private bool _lead;
    private int _seen;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_isBase64 && !found.Contains(Defect.CorruptBase64))
        {
            Base64(bytes);
        }

        if (entity.IsDoubleByte && !found.Contains(Defect.InvalidDoubleByte))
        {
            Pairs(bytes);
        }

        if (entity.IsTnef && _tnef.Count < MostTnef)
        {
            _tnef.AddRange(bytes[..Math.Min(bytes.Length, MostTnef - _tnef.Count)]);
        }

        if (_seen == 0 && bytes.StartsWith("%!PS"u8))
        {
            found.Add(Defect.PostScriptAttachment);
        }

        _seen += bytes.Length;
    }

    public void End()
    {
        if (_lead)
        {
            found.Add(Defect.InvalidDoubleByte);
        }

        if (
            entity.IsTnef
            && _tnef.Count > 0
            && Tnef.IsMalformed(_isBase64 ? Tnef.Decode([.. _tnef]) : [.. _tnef], whole: _tnef.Count < MostTnef)
        )
        {
            found.Add(Defect.MalformedTnef);
        }
    }

    /// <summary>A letter outside the alphabet, or data behind the padding (Q190556).</summary>
    private void Base64(ReadOnlySpan<byte> bytes)
    {
        if (!_padded)
        {
            var data = bytes.IndexOfAnyExcept(Alphabet);
            if (data < 0)
            {
                return;
            }

            _padded = bytes[data] == '=';
            if (!_padded)
            {
                found.Add(Defect.CorruptBase64);
                return;
            }

            bytes = bytes[data..];
        }

        if (bytes.IndexOfAnyExcept("= \t\r\n"u8) >= 0)
        {
            found.Add(Defect.CorruptBase64);
        }
    }

    /// <summary>A lead byte whose partner is missing at the end of a line or of the text (Q282796).</summary>
    private void Pairs(ReadOnlySpan<byte> bytes)
    {
        foreach (var letter in bytes)
        {
            if (_lead)
            {
                _lead = false;
                if (letter is (byte)'\r' or (byte)'\n')
                {
                    found.Add(Defect.InvalidDoubleByte);
                    return;
                }
            }
            else
            {
                _lead = _shiftJis ? letter is (>= 0x81 and <= 0x9f) or (>= 0xe0 and <= 0xfc) : letter is >= 0x81 and <= 0xfe;
            }
        }
    }
}

using ImcBot.Contracts;

namespace ImcBot.Relay.Products.Exchange.Messages;

/// <summary>
/// Defects that show in the lines of a message as they are, whatever its parts: runs of line breaks, long uuencode names.
/// </summary>
internal sealed class LineDefects
{
    /// <summary>From here on stores have failed (Q235219); 2,048 are certain.</summary>
    private const int BreakRun = 128;

    /// <summary>A longer name fills the disk (Q258319).</summary>
    private const int LongestName = 246;

    private static ReadOnlySpan<byte> Begin => "begin "u8;

    private readonly byte[] _start = new byte[16];
    private int _length;
    private bool _eightBit;
    private int _breaks;

    public HashSet<string> Found { get; } = new(StringComparer.Ordinal);

    /// <summary>Another message begins.</summary>
    public void Restart()
    {
        Found.Clear();
        (_length, _eightBit, _breaks) = (0, false, 0);
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            Take(part);
            if (end < 0)
            {
                return;
            }

            End();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The line, or the message, is over.</summary>
    public void End()
    {
        var empty = _length <= _start.Length && _start.AsSpan(0, _length).IndexOfAnyExcept((byte)'\r') < 0;
        _breaks = empty ? _breaks + 1 : 0;
        if (_breaks == BreakRun)
        {
            Found.Add(Defect.LineBreakRun);
        }

        if (_length > LongestName + Begin.Length + 4 && _eightBit && _start.AsSpan().StartsWith(Begin))
        {
            Found.Add(Defect.LongEncodedName);
        }

        _length = 0;
        _eightBit = false;
    }

    private void Take(ReadOnlySpan<byte> part)
    {
        if (_length < _start.Length)
        {
            part[..Math.Min(part.Length, _start.Length - _length)].CopyTo(_start.AsSpan(_length));
        }

        _eightBit = _eightBit || part.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0;
        _length += part.Length;
    }
}

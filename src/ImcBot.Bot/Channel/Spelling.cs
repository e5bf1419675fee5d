using System.Globalization;
using System.Text;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Typed words as they are meant, whatever keyboard, client or copied text made of them: every dash is <c>-</c>, every slash <c>/</c>,
/// every digit ASCII, and marks that nobody
/// sees are not there. It is for commands and their targets; free text stays as it was typed, and can be found again by its place.
/// </summary>
internal sealed class Spelling
{
    private readonly string _typed;
    private readonly List<int> _places = [];

    public Spelling(string typed)
    {
        _typed = typed;
        var plain = new StringBuilder(typed.Length);
        for (var at = 0; at < typed.Length; )
        {
            var status = Rune.DecodeFromUtf16(typed.AsSpan(at), out var rune, out var length);
            var letters = status == System.Buffers.OperationStatus.Done ? Plain(rune) : "\uFFFD";
            plain.Append(letters);
            _places.AddRange(Enumerable.Repeat(at, letters.Length));
            at += length;
        }

        _places.Add(typed.Length);
        Plainly = plain.ToString();
    }

    /// <summary>The words as they are meant.</summary>
    public string Plainly { get; }

    /// <summary>What was typed from this place of <see cref="Plainly"/> on, as it was typed.</summary>
    public string TypedFrom(int place) => _typed[_places[place]..].Trim();

    private static string Plain(Rune rune) =>
        rune.Value switch
        {
            >= 0x2010 and <= 0x2015 or 0x2212 or 0xFE58 or 0xFE63 or 0xFF0D => "-",
            0x2044 or 0x2215 or 0x29F8 or 0xFF0F => "/",
            0x37E or 0x61F or 0x203D or >= 0x2047 and <= 0x2049 or 0x2753 or 0x2754 => "?",
            >= 0xFF01 and <= 0xFF5E => ((char)(rune.Value - 0xFEE0)).ToString(),
            >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or >= 0x180B and <= 0x180F or 0x034F or 0x20E3 => "",
            0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0 => "",
            >= 0x1F3FB and <= 0x1F3FF => "",
            0x2018 or 0x2019 or 0x201A or 0x201B => "'",
            0x201C or 0x201D or 0x201E or 0x201F or 0xAB or 0xBB => "\"",
            _ => Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.Format => "",
                UnicodeCategory.DecimalDigitNumber => ((int)Rune.GetNumericValue(rune)).ToString(CultureInfo.InvariantCulture),
                UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Control
                or UnicodeCategory.OtherSymbol => " ",
                _ => rune.ToString(),
            },
        };
}

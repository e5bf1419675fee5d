using System.Text;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ImcBot.Bot.Journal;

/// <summary>
/// Text as every database takes it. PostgreSQL refuses U+0000 and half surrogate pairs, and people and programs send both.
/// </summary>
internal sealed class StoredText() : ValueConverter<string, string>(text => Of(text), text => text)
{
    /// <summary>The text with U+FFFD in place of what cannot be stored.</summary>
    public static string Of(string text) =>
        !text.Contains('\0') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? text
            : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}

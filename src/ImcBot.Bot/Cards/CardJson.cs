using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImcBot.Bot.Cards;

/// <summary>The one place where a card becomes JSON.</summary>
internal static class CardJson
{
    /// <summary>What is safe in every kind of post, in UTF-8 bytes, with room for the activity around it.</summary>
    public const int MostBytes = 26 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Draws the card with as many lines in its lists as fit.</summary>
    /// <param name="draw">Draws it with at most this many lines in each list.</param>
    public static JsonElement Write(Func<int, AdaptiveCard> draw)
    {
        for (var lines = 40; lines > 1; lines /= 2)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(draw(lines), Options);
            if (json.Length <= MostBytes)
            {
                return JsonElement.Parse(json);
            }
        }

        return JsonSerializer.SerializeToElement(draw(1), Options);
    }
}

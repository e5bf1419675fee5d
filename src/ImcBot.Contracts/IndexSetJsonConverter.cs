using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

public sealed class IndexSetJsonConverter : JsonConverter<IndexSet>
{
    public override IndexSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text =
            reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : throw new JsonException("A set of message indexes must be a text such as \"0-4,7\".");
        return IndexSet.TryParse(text, out var set, out var error) ? set : throw new JsonException(error);
    }

    public override void Write(Utf8JsonWriter writer, IndexSet value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

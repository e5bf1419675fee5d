using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImcBot.Contracts;

/// <summary>
/// The one JSON dialect of the wire and the disk: camelCase, unknown fields ignored, unknown enum values read as <c>Unknown</c>.
/// Nulls are written, because a parameter without a default must be there when it is read; members added later get a default.
/// </summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = 32,
        };
        options.Converters.Add(new TolerantEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>
/// Writes enums as camelCase words and reads any word it does not know as the member <c>Unknown</c>, which every wire enum has as 0.
/// </summary>
internal sealed class TolerantEnumConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        // As they are written; other spellings are looked up.
        private static readonly (byte[] Name, T Value)[] Names =
        [
            .. Enum.GetValues<T>().Select(value => (Encoding.UTF8.GetBytes(Name(value)), value)),
        ];

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return default;
            }

            foreach (var (name, value) in Names)
            {
                if (reader.ValueTextEquals(name))
                {
                    return value;
                }
            }

            return Parse(reader.GetString()) ?? default;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Name(value));

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString()) ?? default;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Name(value));

        private static string Name(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

        private static T? Parse(string? word) =>
            Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word![0]) ? value : null;
    }
}

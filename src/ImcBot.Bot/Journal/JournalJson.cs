using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImcBot.Contracts;
using ImcBot.Core;

namespace ImcBot.Bot.Journal;

/// <summary>
/// The JSON of the journal: that of the wire, with sealed text written as <c>{"sealed":"commitment"}</c>. Reading is tolerant of members
/// that later versions add, because an entry's bytes are never written again.
/// </summary>
internal static class JournalJson
{
    // A converter has no argument of its own per call, and building options per call costs milliseconds; reading and writing are
    // synchronous, so the thread can carry it.
    [ThreadStatic]
    private static List<SealedValue>? _written;

    [ThreadStatic]
    private static Masks? _masks;

    [ThreadStatic]
    private static IReadOnlyDictionary<string, string>? _known;

    private static readonly JsonSerializerOptions Options = With(new SealedConverter());

    private static readonly JsonSerializerOptions ShapeOptions = With(new BlankConverter());

    /// <summary>Writes a value; the sealed texts in it are added to <paramref name="values"/>, without what the masks take out.</summary>
    public static byte[] Write<T>(T value, List<SealedValue> values, Masks? masks = null)
    {
        (_written, _masks) = (values, masks);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(value, Options);
        }
        finally
        {
            (_written, _masks) = (null, null);
        }
    }

    /// <summary>Reads a value; commitments that are not in <paramref name="known"/> read as removed.</summary>
    public static T Read<T>(ReadOnlySpan<byte> bytes, IReadOnlyDictionary<string, string> known)
    {
        _known = known;
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new JsonException("The entry is empty.");
        }
        finally
        {
            _known = null;
        }
    }

    /// <summary>
    /// The value without its sealed texts: two decisions that differ only in wording or in redaction have the same shape.
    /// </summary>
    public static string Shape<T>(T value) => JsonSerializer.Serialize(value, ShapeOptions);

    private static JsonSerializerOptions With(JsonConverter converter)
    {
        var options = new JsonSerializerOptions(WireJson.Options)
        {
            RespectRequiredConstructorParameters = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Insert(0, converter);
        options.Converters.Insert(1, new QuestionConverter());
        options.TypeInfoResolver = JournalContext.Default;
        options.MakeReadOnly();
        return options;
    }

    private sealed class SealedConverter : JsonConverter<Sealed>
    {
        public override bool HandleNull => true;

        public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return default;
            }

            if (
                reader.TokenType != JsonTokenType.StartObject
                || !reader.Read()
                || !reader.ValueTextEquals("sealed")
                || !reader.Read()
                || reader.GetString() is not { } commitment
                || !reader.Read()
                || reader.TokenType != JsonTokenType.EndObject
            )
            {
                throw new JsonException("Sealed text must stand as {\"sealed\":\"commitment\"}.");
            }

            return new Sealed(_known?.GetValueOrDefault(commitment));
        }

        public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options)
        {
            if (value.Value is null)
            {
                writer.WriteNullValue();
                return;
            }

            var hidden = SealedValue.Of(_masks?.Clean(value.Value) ?? value.Value);
            (_written ?? throw new InvalidOperationException("Sealed text is written only through JournalJson.")).Add(hidden);
            writer.WriteStartObject();
            writer.WriteString("sealed", hidden.Commitment);
            writer.WriteEndObject();
        }
    }

    /// <summary>
    /// On the wire a question always has its number; in the journal "no question" is the default and stands as null, and an incident as a
    /// whole without a number, as INC-7.
    /// </summary>
    private sealed class QuestionConverter : JsonConverter<QuestionId>
    {
        private const string Whole = "INC-";

        public override bool HandleNull => true;

        public override QuestionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? default
            : QuestionId.TryParse(reader.GetString(), out var id) ? id
            : reader.GetString() is { } name
            && name.StartsWith(Whole, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Whole.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var incident)
                ? new QuestionId(incident, 0)
            : throw new JsonException("A question must stand as INC-7/3.");

        public override void Write(Utf8JsonWriter writer, QuestionId value, JsonSerializerOptions options)
        {
            if (value == default)
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteStringValue(
                    value.Number > 0 ? value.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Whole}{value.Incident}")
                );
            }
        }
    }

    private sealed class BlankConverter : JsonConverter<Sealed>
    {
        public override bool HandleNull => true;

        public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A shape is only compared, never read.");

        public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) => writer.WriteNullValue();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImcBot.Contracts;

/// <summary>
/// The one JSON dialect of the wire and the disk: camelCase, unknown fields ignored, unknown enum values read as <c>Unknown</c>.
/// Nulls are written, because a parameter without a default must be there when it is read; members added later get a default.
/// </summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = With();

    /// <summary>The dialect for a program's own types beside those of the wire.</summary>
    public static JsonSerializerOptions With(params IEnumerable<IJsonTypeInfoResolver> own)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = 32,
        };
        foreach (var resolver in own.Append(WireContext.Default))
        {
            options.TypeInfoResolverChain.Add(resolver);
        }

        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            ReadOtherTypes(options);
        }

        options.MakeReadOnly();
        return options;
    }

    /// <summary>As JSON, by a shape that was made while the program was built.</summary>
    public static string Text<T>(this JsonSerializerOptions options, T value) => JsonSerializer.Serialize(value, options.ShapeOf<T>());

    /// <summary>As JSON in UTF-8, by a shape that was made while the program was built.</summary>
    public static byte[] Bytes<T>(this JsonSerializerOptions options, T value) =>
        JsonSerializer.SerializeToUtf8Bytes(value, options.ShapeOf<T>());

    /// <summary>Reads JSON. Throws <see cref="JsonException"/> for what is none, or not of this shape.</summary>
    public static T? Read<T>(this JsonSerializerOptions options, string json) => JsonSerializer.Deserialize(json, options.ShapeOf<T>());

    /// <inheritdoc cref="Read{T}(JsonSerializerOptions, string)"/>
    public static T? Read<T>(this JsonSerializerOptions options, ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, options.ShapeOf<T>());

    /// <summary>Throws <see cref="NotSupportedException"/> for a type that stands in no context of a program without reflection.</summary>
    public static JsonTypeInfo<T> ShapeOf<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Asked only where reflection is on: never in a trimmed program.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Asked only where reflection is on: never in native code.")]
    private static void ReadOtherTypes(JsonSerializerOptions options)
    {
        options.Converters.Add(new TolerantEnums());
        options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
    }
}

/// <summary>
/// Writes an enum as camelCase words and reads any word it does not know as the member <c>Unknown</c>, which every wire enum has as 0.
/// </summary>
public sealed class TolerantEnumConverter<T> : JsonConverter<T>
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

/// <summary>Every enum, whatever it says of itself.</summary>
[RequiresDynamicCode("Makes a converter of a type that is known at run time only.")]
[RequiresUnreferencedCode("Makes a converter of a type that is known at run time only.")]
internal sealed class TolerantEnums : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(TolerantEnumConverter<>).MakeGenericType(typeToConvert))!;
}

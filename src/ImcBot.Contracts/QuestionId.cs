using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ImcBot.Contracts;

/// <summary>One question an incident asked, printed <c>INC-7/3</c>. Staleness, idempotency and grants hang on it.</summary>
/// <param name="Incident">Number of the incident, from 1.</param>
/// <param name="Number">Number of the question within the incident, from 1.</param>
[JsonConverter(typeof(IdentifierConverter<QuestionId>))]
public readonly partial record struct QuestionId(int Incident, int Number) : IIdentifier<QuestionId>
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"INC-{Incident}/{Number}");

    /// <summary>The form people type: <c>7/3</c>.</summary>
    public string Short => string.Create(CultureInfo.InvariantCulture, $"{Incident}/{Number}");

    /// <summary>Reads <c>INC-7/3</c> and, as people type it, <c>7/3</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out QuestionId id)
    {
        var match = Form().Match(text ?? "");
        id =
            match.Success && int.TryParse(match.Groups[1].Value, out var incident) && int.TryParse(match.Groups[2].Value, out var number)
                ? new QuestionId(incident, number)
                : default;
        return id != default;
    }

    [GeneratedRegex(@"^(?:INC-)?([1-9]\d{0,8})/([1-9]\d{0,8})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>One execution of a question at the relay, printed <c>INC-7/3#4</c>. The relay begins a run at most once.</summary>
/// <param name="Question">The question that is carried out.</param>
/// <param name="Run">Number of the run within the question, from 1.</param>
[JsonConverter(typeof(IdentifierConverter<RunId>))]
public readonly record struct RunId(QuestionId Question, int Run) : IIdentifier<RunId>
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Question}#{Run}");

    public static bool TryParse([NotNullWhen(true)] string? text, out RunId id)
    {
        id = default;
        var hash = text?.IndexOf('#', StringComparison.Ordinal) ?? -1;
        if (
            hash < 0
            || !QuestionId.TryParse(text![..hash], out var question)
            || !int.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var run)
            || run < 1
        )
        {
            return false;
        }

        id = new RunId(question, run);
        return true;
    }
}

/// <summary>An identifier that travels as its text.</summary>
public interface IIdentifier<TSelf>
    where TSelf : struct, IIdentifier<TSelf>
{
    static abstract bool TryParse([NotNullWhen(true)] string? text, out TSelf id);
}

/// <summary>Writes an identifier as its text, also as a property name; refuses text that is none.</summary>
public sealed class IdentifierConverter<T> : JsonConverter<T>
    where T : struct, IIdentifier<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);

    private static T Parse(string? text) =>
        T.TryParse(text, out var id) ? id : throw new JsonException($"'{text}' is not a {typeof(T).Name}.");
}

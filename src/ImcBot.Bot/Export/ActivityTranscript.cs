using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>
/// A Bot Framework transcript: a JSON array of activities, as the Emulator and its tools read it. People's words are messages from them,
/// the bot's words and cards are its own, everything else is a trace.
/// </summary>
internal sealed class ActivityTranscript : Rendering
{
    // Bytes that are worth a write of their own.
    private const int Enough = 64 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly PackedText _lines = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * Enough);
    private readonly Utf8JsonWriter _json;
    private bool _any;

    public ActivityTranscript() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default });

    public override void Take(Told told)
    {
        foreach (var (n, activity) in Activities(told).Index())
        {
            _buffer.Write(_any ? ",\n"u8 : []);
            _any = true;
            JsonSerializer.Serialize(_json, Activity(told, activity, n), Options);
            _json.Flush();
            _json.Reset();
        }

        if (_buffer.WrittenCount >= Enough)
        {
            Pack();
        }
    }

    public override async Task WriteAsync(ReviewModel model, Stream output, CancellationToken cancellationToken)
    {
        Pack();
        await output.WriteAsync("["u8.ToArray(), cancellationToken);
        await _lines.CopyToAsync(output, cancellationToken);
        await output.WriteAsync("]\n"u8.ToArray(), cancellationToken);
    }

    public override void Dispose()
    {
        _json.Dispose();
        _lines.Dispose();
    }

    private void Pack()
    {
        _lines.Packed.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private static IEnumerable<Line> Activities(Told told)
    {
        yield return told.Entry.Fact switch
        {
            Noted noted => new("message", noted.By, noted.Text.ToString()),
            Voted voted => new("message", voted.By, $"{Vocabulary.WordOf(voted.Answer)} {voted.Question.Short} {voted.Why}".TrimEnd()),
            Commanded said => new("message", said.By, $"{Words.Kebab(said.Verb)} {said.Argument}".TrimEnd()),
            Posted { Card.Value: { } card } => Parsed(card) is { } sent
                ? new("message", null, null, Card: sent)
                : new("message", null, "The card cannot be read."),
            _ => new("trace", null, FactWords.Of(told.Entry).What, Name: FactWords.Of(told.Entry).Who),
        };
        if (told.Entry.Declined is { } why)
        {
            yield return new("message", null, $"Declined: {why}");
        }

        foreach (var say in told.Entry.Effects.OfType<Say>())
        {
            yield return new("message", null, say.Text.ToString());
        }
    }

    // What was taken for a secret in it may have ended its last text with it.
    private static JsonNode? Parsed(string card)
    {
        try
        {
            return JsonNode.Parse(card);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static object Activity(Told told, Line line, int n)
    {
        var (isTrace, isText) = (line.Type == "trace", line.Type != "trace" && line.Card is null);
        return new
        {
            line.Type,
            Id = $"INC-{told.Entry.Incident}-{told.Entry.Seq}-{n}",
            Timestamp = UnixTime
                .FromMicros(told.Entry.At)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ChannelId = "msteams",
            From = new
            {
                Id = Shown(line.From?.Id ?? "imcbot"),
                Name = Shown(line.From?.Name.ToString() ?? "ImcBot"),
                Role = line.From is null ? "bot" : "user",
            },
            Conversation = new { Id = Shown(told.Incident.Thread ?? told.Incident.Name) },
            Name = isTrace ? Shown(line.Name) : null,
            Label = isTrace ? "ImcBot journal" : null,
            Value = isTrace ? Shown(line.Text) : null,
            Text = isText ? Shown(line.Text) : null,
            TextFormat = isText ? "plain" : null,
            Attachments = line.Card is { } card ? new[] { new { ContentType = Channel.Message.CardType, Content = Shown(card) } } : null,
            ChannelData = new { Entry = told.Entry.Seq, Phase = told.Entry.Phase.ToString() },
        };
    }

    /// <summary>
    /// The card as it was sent, but for texts that hide something, have no end, or that a spreadsheet would take for a formula.
    /// </summary>
    private static JsonNode? Shown(JsonNode? card) =>
        card switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Shown(member.Value)))),
            JsonArray items => new JsonArray([.. items.Select(Shown)]),
            JsonValue value
                when value.TryGetValue<string>(out var text)
                    && (text.Length > Visible.Longest || Visible.Cell(text) != text || text.EnumerateRunes().Any(IsOdd)) => Shown(
                text.Replace("\u200b", "", StringComparison.Ordinal)
            ),
            _ => card?.DeepClone(),
        };

    // The zero-width spaces are the bot's own.
    private static bool IsOdd(System.Text.Rune rune) => rune.Value is not ('\n' or '\r' or '\t' or '\u200b') && Visible.IsHidden(rune);

    private static string Shown(string? text) => Visible.Cell(Visible.Text(text, Lettering.None));

    private sealed record Line(string Type, Person? From, string? Text, JsonNode? Card = null, string? Name = null);
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
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

    private readonly Waiting _lines = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * Enough);
    private readonly Utf8JsonWriter _json;
    private bool _any;

    public ActivityTranscript() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default });

    public override void Take(Told told)
    {
        foreach (var (activity, n) in Activities(told).Select((activity, n) => (activity, n)))
        {
            _buffer.Write(_any ? ",\n"u8 : []);
            _any = true;
            Write(_json, told, activity, n);
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
            Voted voted => new(
                "message",
                voted.By,
                $"{(voted.Answer is Answer.Approve ? "approve" : "deny")} {voted.Question.Short} {voted.Why}".TrimEnd()
            ),
            Commanded said => new("message", said.By, $"{Words.Kebab(said.Verb)} {said.Argument}".TrimEnd()),
            Posted { Card.Value: { } card } => new("message", null, null, Card: card),
            { } fact => new("trace", null, FactWords.Of(fact).What, Name: FactWords.Of(fact).Who),
            null => new("trace", null, $"parked: {told.Entry.Parking?.What}", Name: "ImcBot"),
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

    private static void Write(Utf8JsonWriter json, Told told, Line line, int n)
    {
        json.WriteStartObject();
        json.WriteString("type", line.Type);
        json.WriteString("id", $"INC-{told.Entry.Incident}-{told.Entry.Seq}-{n}");
        json.WriteString(
            "timestamp",
            UnixTime
                .FromMicros(told.Entry.At)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture)
        );
        json.WriteString("channelId", "msteams");
        Account(json, "from", line.From?.Id ?? "imcbot", line.From?.Name.ToString() ?? "ImcBot", line.From is null ? "bot" : "user");
        json.WriteStartObject("conversation");
        json.WriteString("id", Shown(told.Incident.Thread ?? told.Incident.Name));
        json.WriteEndObject();
        if (line.Type == "trace")
        {
            json.WriteString("name", Shown(line.Name));
            json.WriteString("label", "ImcBot journal");
            json.WriteString("value", Shown(line.Text));
        }
        else if (line.Card is null)
        {
            json.WriteString("text", Shown(line.Text));
            json.WriteString("textFormat", "plain");
        }
        else
        {
            Attachment(json, line.Card);
        }

        json.WriteStartObject("channelData");
        json.WriteNumber("entry", told.Entry.Seq);
        json.WriteString("phase", told.Entry.Phase.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Attachment(Utf8JsonWriter json, string card)
    {
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", Channel.Message.CardType);
        json.WritePropertyName("content");
        using (var content = JsonDocument.Parse(card))
        {
            Copy(json, content.RootElement);
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>
    /// The card as it was sent, but for texts that hide something, have no end, or that a spreadsheet would take for a formula.
    /// </summary>
    private static void Copy(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Copy(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Copy(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String
                when element.GetString() is { } text
                    && (text.Length > Visible.Longest || Visible.Cell(text) != text || text.EnumerateRunes().Any(IsOdd)):
                json.WriteStringValue(Shown(text.Replace("\u200b", "", StringComparison.Ordinal)));
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }

    // The zero-width spaces are the bot's own.
    private static bool IsOdd(System.Text.Rune rune) => rune.Value is not ('\n' or '\r' or '\t' or '\u200b') && Visible.IsHidden(rune);

    private static void Account(Utf8JsonWriter json, string member, string id, string name, string role)
    {
        json.WriteStartObject(member);
        json.WriteString("id", Shown(id));
        json.WriteString("name", Shown(name));
        json.WriteString("role", role);
        json.WriteEndObject();
    }

    private static string Shown(string? text) => Visible.Cell(Visible.Text(text, Lettering.None));

    private sealed record Line(string Type, Person? From, string? Text, string? Card = null, string? Name = null);
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>
/// The lines of a JSON Lines transcript. A first line names incident and key and holds the runbook; each entry stands as the very bytes
/// that were signed, with its signature, the texts that are still disclosed, and its fact where that was too large for it; a last, signed
/// line tells how many there are, so that a cut tail shows.
/// </summary>
internal static class TranscriptLine
{
    public const int Version = 2;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="runbook">The bytes the incident opened with, so that it can be replayed elsewhere; the first entry holds their
    /// digest.</param>
    public static void Start(IBufferWriter<byte> to, int incident, string key, byte[] runbook) =>
        Write(
            to,
            writer =>
            {
                writer.WriteString("transcript", $"INC-{incident}");
                writer.WriteNumber("version", Version);
                writer.WriteString("key", key);
                writer.WriteBase64String("runbook", runbook);
            }
        );

    public static void Of(IBufferWriter<byte> to, StoredEntry stored) =>
        Write(
            to,
            writer =>
            {
                WriteRaw(writer, "entry", stored.Bytes);
                writer.WriteBase64String("signature", stored.Signature);
                writer.WriteStartArray("values");
                foreach (var value in stored.Values)
                {
                    writer.WriteStartObject();
                    writer.WriteString("commitment", value.Commitment);
                    writer.WriteBase64String("salt", value.Salt);
                    writer.WriteString("value", value.Value);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                if (stored.Blob is not null)
                {
                    WriteRaw(writer, "fact", stored.Blob);
                }
            }
        );

    public static void End(IBufferWriter<byte> to, Head head, byte[] signature) =>
        Write(
            to,
            writer =>
            {
                writer.WritePropertyName("end");
                writer.WriteRawValue(EndOf(head));
                writer.WriteBase64String("signature", signature);
            }
        );

    /// <summary>Whether these bytes are the line as ImcBot writes it.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes, Action<IBufferWriter<byte>> line)
    {
        // A writer asks for more than it takes.
        var buffer = new ArrayBufferWriter<byte>(bytes.Length + 4096);
        line(buffer);
        return buffer.WrittenSpan.SequenceEqual(bytes);
    }

    /// <summary>What the last line signs.</summary>
    public static byte[] EndOf(Head head) =>
        Encoding.UTF8.GetBytes($$"""{"incident":{{head.Incident}},"entries":{{head.Seq}},"head":"{{head.Hash}}"}""");

    /// <summary>The bytes of a member of this line, exactly as they stand there; empty when it has no such member.</summary>
    public static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                return line[start..(int)reader.BytesConsumed];
            }
        }

        return [];
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, byte[] bytes)
    {
        if (IsOneLine(bytes))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(bytes, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("damaged", bytes);
        }
    }

    private static bool IsOneLine(byte[] bytes)
    {
        if (bytes.AsSpan().ContainsAny((byte)'\n', (byte)'\r'))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read()) { }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Write(IBufferWriter<byte> to, Action<Utf8JsonWriter> members)
    {
        using var writer = new Utf8JsonWriter(to, Options);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    }
}

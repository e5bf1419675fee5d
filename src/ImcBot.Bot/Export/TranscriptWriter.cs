using System.Text;
using System.Text.Json;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>Renders an incident's journal for people (Markdown) and for verification (JSON Lines).</summary>
internal sealed class TranscriptWriter(JournalStore journal)
{
    /// <summary>The transcript as a file. Formats: <c>jsonl</c>; everything else is Markdown.</summary>
    public async Task<(string Name, byte[] Content)> WriteAsync(int incident, string format, CancellationToken token)
    {
        await using var content = new MemoryStream();
        if (format == "jsonl")
        {
            await foreach (var stored in journal.ReadAsync(incident, token))
            {
                WriteLine(content, stored);
            }

            return ($"INC-{incident}.jsonl", content.ToArray());
        }

        var entries = new List<StoredEntry>();
        await foreach (var stored in journal.ReadAsync(incident, token))
        {
            entries.Add(stored);
        }

        return ($"INC-{incident}.md", Encoding.UTF8.GetBytes(MarkdownTranscript.Of(incident, entries)));
    }

    // The entry stands in its line byte for byte, so that hash, chain and signature can be checked from the file alone.
    private static void WriteLine(Stream content, StoredEntry stored)
    {
        using var writer = new Utf8JsonWriter(content);
        writer.WriteStartObject();
        writer.WriteString("hash", stored.Hash);
        writer.WriteBase64String("signature", stored.Signature);
        writer.WritePropertyName("entry");
        writer.WriteRawValue(stored.Bytes);
        if (stored.Blob is { } blob)
        {
            writer.WritePropertyName("fact");
            writer.WriteRawValue(blob);
        }

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
        writer.WriteEndObject();
        writer.Flush();
        content.WriteByte((byte)'\n');
    }
}

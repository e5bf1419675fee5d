using System.Buffers;
using System.Text;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Queues;

/// <summary>What lies beside what is held so that a person can put everything back with nothing but a command prompt.</summary>
internal static class HoldManifest
{
    /// <summary>About what one message takes up.</summary>
    private const int Line = 240;

    /// <summary>The manifest's bytes: every message with name, size and hash, a line each. Its SHA-256 names it.</summary>
    public static ReadOnlyMemory<byte> Manifest(SearchRecord search, IEnumerable<MessageRecord> messages)
    {
        var bytes = new ArrayBufferWriter<byte>((search.Found * Line) + (1 << 10));
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = RelayJson.Options.Encoder, SkipValidation = true });
        var head = RelayJson.Options.Bytes(new Head(search.Question, search.Spool, search.Folder));
        bytes.Write(head.AsSpan(0, head.Length - 1));
        bytes.Write(",\"messages\":["u8);
        foreach (var message in messages.Where(message => message.Index < search.Found))
        {
            bytes.Write(message.Index == 0 ? "\n"u8 : ",\n"u8);
            Write(json, message);
        }

        bytes.Write("\n]}\n"u8);
        return bytes.WrittenMemory;
    }

    /// <summary>How the manifest begins.</summary>
    internal sealed record Head(QuestionId Question, string Spool, string Folder);

    /// <summary>By hand: a serializer's own buffers for each of 100,000 lines would cost more than the lines.</summary>
    private static void Write(Utf8JsonWriter json, MessageRecord message)
    {
        json.WriteStartObject();
        json.WriteNumber("index", message.Index);
        json.WriteString("name", message.Name);
        json.WriteNumber("size", message.Size);
        json.WriteNumber("arrived", message.Arrived);
        json.WriteString("sha256", message.Sha256);
        json.WriteStartArray("features");
        foreach (var feature in message.Features)
        {
            json.WriteStringValue(feature);
        }

        json.WriteEndArray();
        json.WriteString("senderDomain", message.SenderDomain);
        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    /// <summary>
    /// Writes both papers, the short one first. A full volume is no reason to stop: the manifest is also with the bot and in the ledger.
    /// </summary>
    public static async Task WriteAsync(
        RunContext context,
        SearchRecord search,
        ReadOnlyMemory<byte> manifest,
        CancellationToken cancellationToken
    )
    {
        var paths = context.Site.Host.Paths;
        var folder = paths.Folder(search.Folder);
        try
        {
            await context.Writer.WriteAsync(
                paths.Join(folder, "README.txt"),
                Encoding.ASCII.GetBytes(QueueSet.Of(search, context.Site).Readme(search).ReplaceLineEndings("\r\n")),
                cancellationToken
            );
            await context.Writer.WriteAsync(paths.Join(folder, "manifest.json"), manifest, cancellationToken);
        }
        catch (HostException exception) when (exception.Kind == HostError.Full)
        {
            context.Ledger.KeepOutcome(
                context.Run,
                0,
                new EffectOutcome(
                    Catalog.ItemsSearch,
                    Verdict.Unknown,
                    $"README.txt and manifest.json could not be written: {exception.Message}"
                )
            );
        }
    }
}

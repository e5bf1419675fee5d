using System.Buffers;
using System.Text.Json;
using ImcBot.Bot.Export.Html;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>Renders an incident's journal. All forms are readings of the same entries; only <c>jsonl</c> can be verified.</summary>
internal sealed class TranscriptWriter(Journals journal, RunbookRepository runbooks)
{
    // Bytes that are worth a write of their own.
    private const int Enough = 64 * 1024;

    private readonly JournalReading _reading = new(journal, runbooks);

    public static IReadOnlyList<string> Formats { get; } = ["html", "md", "jsonl", "transcript"];

    /// <summary>What a person may type for a format, such as <c>json</c>; null when it is none.</summary>
    public static string? Named(string? word) =>
        word?.Trim().TrimStart('.').ToLowerInvariant() switch
        {
            null or "" => Formats[0],
            "htm" => "html",
            "markdown" => "md",
            "json" or "lines" => "jsonl",
            var format => Formats.FirstOrDefault(known => known == format),
        };

    /// <summary>What is said to who wants another form.</summary>
    public static string NoForm(string wanted) =>
        $"There is no form '{wanted.Trim().TrimStart('.')}'; there are {string.Join(", ", Formats)}. A browser prints the page "
        + "(html) as PDF.";

    /// <summary>What a browser is told the file is.</summary>
    public static string MediaType(string format) =>
        format switch
        {
            "html" => "text/html; charset=utf-8",
            "md" => "text/markdown; charset=utf-8",
            "jsonl" => "application/jsonl",
            _ => "application/json",
        };

    /// <summary>The transcript as a file; a format that is not known gives <c>html</c>.</summary>
    public async Task<(string Name, byte[] Content)> WriteAsync(int incident, string format, CancellationToken cancellationToken)
    {
        var known = Named(format) ?? Formats[0];
        await using var content = new MemoryStream();
        await WriteAsync(incident, known, content, cancellationToken);
        return ($"INC-{incident}.{known}", content.ToArray());
    }

    /// <summary>Writes the transcript entry by entry.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public async Task WriteAsync(int incident, string format, Stream output, CancellationToken cancellationToken)
    {
        if (format == "jsonl")
        {
            _ = await journal.CountAsync(incident, cancellationToken) ?? throw new KeyNotFoundException($"There is no INC-{incident}.");
            await WriteLinesAsync(incident, output, cancellationToken);
            return;
        }

        var (rendering, model) = await _reading.ReadAsync(
            incident,
            () =>
                format == "html" ? new HtmlTranscript()
                : format == "transcript" ? new ActivityTranscript()
                : new MarkdownTranscript(),
            cancellationToken
        );
        using (rendering)
        {
            await rendering.WriteAsync(model, output, cancellationToken);
        }
    }

    // A damaged first entry names no runbook; the file then says so by what follows.
    private async Task<byte[]> RunbookAsync(int incident, CancellationToken cancellationToken)
    {
        await foreach (var stored in journal.ReadAsync(incident, cancellationToken))
        {
            try
            {
                return stored.Read().Fact is Opened opened ? await journal.Blobs.FindAsync(opened.Runbook, cancellationToken) ?? [] : [];
            }
            catch (JsonException)
            {
                break;
            }
        }

        return [];
    }

    private async Task WriteLinesAsync(int incident, Stream output, CancellationToken cancellationToken)
    {
        var head = Head.Before(incident);
        var lines = new ArrayBufferWriter<byte>(2 * Enough);
        TranscriptLine.Start(lines, incident, journal.Key.Public, await RunbookAsync(incident, cancellationToken));
        lines.Write("\n"u8);
        await foreach (var stored in journal.BytesAsync(incident, cancellationToken))
        {
            TranscriptLine.Of(lines, stored);
            lines.Write("\n"u8);
            head = new Head(incident, stored.Seq, stored.Hash);
            if (lines.WrittenCount >= Enough)
            {
                await output.WriteAsync(lines.WrittenMemory, cancellationToken);
                lines.ResetWrittenCount();
            }
        }

        TranscriptLine.End(lines, head, journal.Key.Sign(TranscriptLine.EndOf(head)));
        lines.Write("\n"u8);
        await output.WriteAsync(lines.WrittenMemory, cancellationToken);
    }
}

using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;

namespace ImcBot.Bot.Export;

/// <summary>Renders an incident's journal: <c>md</c> for people, <c>jsonl</c> so that it can be verified elsewhere.</summary>
internal sealed class TranscriptWriter(JournalStore journal, Recall recall)
{
    public static IReadOnlyList<string> Formats { get; } = ["md", "jsonl"];

    /// <summary>The transcript as a file; a format that is not known gives <c>md</c>.</summary>
    public async Task<(string Name, byte[] Content)> WriteAsync(int incident, string format, CancellationToken token)
    {
        var known = Formats.FirstOrDefault(one => one.Equals(format.Trim(), StringComparison.OrdinalIgnoreCase)) ?? Formats[0];
        await using var content = new MemoryStream();
        await WriteAsync(incident, known, content, token);
        return ($"INC-{incident}.{known}", content.ToArray());
    }

    /// <summary>Writes the transcript entry by entry.</summary>
    /// <exception cref="KeyNotFoundException">There is no such incident.</exception>
    public async Task WriteAsync(int incident, string format, Stream output, CancellationToken token)
    {
        if (format == "jsonl")
        {
            _ = await journal.FindAsync(incident, token) ?? throw new KeyNotFoundException($"There is no INC-{incident}.");
            await WriteLinesAsync(incident, output, token);
        }
        else
        {
            var known = await recall.ReadAsync(incident, token) ?? throw new KeyNotFoundException($"There is no INC-{incident}.");
            await using var writer = new StreamWriter(output, leaveOpen: true);
            await new MarkdownTranscript(known, journal.Key.Print, writer).WriteAsync(journal.ReadAsync(incident, token), token);
        }
    }

    private async Task WriteLinesAsync(int incident, Stream output, CancellationToken token)
    {
        var head = Head.Before(incident);
        await LineAsync(TranscriptLine.Start(incident, journal.Key.Public));
        await foreach (var stored in journal.ReadAsync(incident, token))
        {
            await LineAsync(TranscriptLine.Of(stored));
            head = new Head(incident, stored.Seq, stored.Hash);
        }

        await LineAsync(TranscriptLine.End(head, journal.Key));

        async Task LineAsync(byte[] line)
        {
            await output.WriteAsync(line, token);
            await output.WriteAsync("\n"u8.ToArray(), token);
        }
    }
}

namespace ImcBot.Bot.Export;

/// <summary>Renders an incident's journal for people and for verification.</summary>
internal sealed class TranscriptWriter(Journal.JournalStore journal)
{
    /// <summary>The transcript as a file. Formats: <c>md</c> and <c>jsonl</c>.</summary>
    public async Task<(string Name, byte[] Content)> WriteAsync(int incident, string format, CancellationToken token)
    {
        await using var content = new MemoryStream();
        await using var writer = new StreamWriter(content);
        await foreach (var stored in journal.ReadAsync(incident, token))
        {
            await writer.WriteLineAsync(stored.Hash.AsMemory(), token);
        }

        await writer.FlushAsync(token);
        return ($"INC-{incident}.{format}", content.ToArray());
    }
}

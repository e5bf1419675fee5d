using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;
using ImcBot.Testing;

namespace ImcBot.Bot.Tests.Export;

/// <summary>A journal in a folder of its own, written from facts that were already decided.</summary>
internal sealed class SampleJournal : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("imcbot-journal");
    private Head _head;

    private SampleJournal()
    {
        Key = new JournalKey(KeyFile.LoadOrCreate(Path.Combine(_folder.FullName, "journal.key")));
    }

    public JournalKey Key { get; }

    public Journals Journal { get; private set; } = null!;

    public TranscriptWriter Transcripts { get; private set; } = null!;

    public int Incident => _head.Incident;

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public static async Task<SampleJournal> WriteAsync(IEnumerable<(Fact Fact, Decision Decision)> told, byte[]? runbook = null)
    {
        var read = RunbookBytes.Read(runbook ?? File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml")), "runbook.yaml");
        var sample = new SampleJournal();
        sample.Journal = new Journals(await JournalFile.OpenAsync(Path.Combine(sample._folder.FullName, "imcbot.db"), Token), sample.Key);
        var runbooks = new RunbookRepository(sample.Journal, [read]);
        await runbooks.KeepAsync(read.Runbook.Digest, Token);
        sample.Transcripts = new TranscriptWriter(sample.Journal, runbooks);
        foreach (var (fact, decision) in told)
        {
            await sample.AppendAsync(fact, decision);
        }

        return sample;
    }

    public async Task AppendAsync(Fact fact, Decision decision)
    {
        if (fact is Opened opened)
        {
            _head = Head.Before(opened.Number);
        }

        _head = await Journal.AppendAsync(_head, fact, null, decision, fact.At, Token);
    }

    public async Task<byte[]> ExportAsync(string format) => (await Transcripts.WriteAsync(Incident, format, Token)).Content;

    public void Dispose()
    {
        Key.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}

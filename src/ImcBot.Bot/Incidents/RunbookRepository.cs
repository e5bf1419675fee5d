using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// The runbooks of the configured folder, read at start, and those that older incidents opened with, read from the journal.
/// </summary>
internal sealed class RunbookRepository(Journals journal, IReadOnlyList<RunbookBytes> current)
{
    private const int MostRemembered = 256;

    private readonly ConcurrentDictionary<string, Runbook> _read = new(
        current.Select(one => KeyValuePair.Create(one.Runbook.Digest, one.Runbook)),
        StringComparer.Ordinal
    );

    private readonly ConcurrentDictionary<string, HostSubjects> _subjects = new(StringComparer.Ordinal);

    /// <summary>The runbooks that may open incidents now.</summary>
    public IReadOnlyList<Runbook> Current { get; } = [.. current.Select(one => one.Runbook)];

    /// <summary>What they are about on a host whose relay lists these subjects; null where it lists none.</summary>
    public HostSubjects SubjectsOf(IReadOnlyList<Subject>? listed)
    {
        if (_subjects.Count > MostRemembered)
        {
            _subjects.Clear();
        }

        return _subjects.GetOrAdd(JsonSerializer.Serialize(listed, WireJson.Options), _ => HostSubjects.Of(listed, Current));
    }

    /// <summary>Reads and proves every <c>*.yaml</c> of a folder.</summary>
    /// <param name="proofs">Where it is remembered what has been proved.</param>
    /// <exception cref="InvalidOperationException">The folder is missing or holds no runbook.</exception>
    /// <exception cref="RunbookException">A runbook is wrong; the message names file and line.</exception>
    public static IReadOnlyList<RunbookBytes> ReadFolder(string folder, ProofCache proofs)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0)
        {
            throw new InvalidOperationException(
                $"There is no runbook (*.yaml) in {folder}. Set Bot:Runbooks to the folder that holds them."
            );
        }

        var read = files.Select(file => (File: file, Bytes: RunbookBytes.Read(File.ReadAllBytes(file), file))).ToList();
        try
        {
            // A proof takes seconds of one processor.
            return [.. read.AsParallel().AsOrdered().Select(one => proofs.Proved(one.Bytes, one.File))];
        }
        catch (AggregateException all)
        {
            ExceptionDispatchInfo.Throw(all.InnerExceptions[0]);
            throw;
        }
    }

    /// <summary>The runbook with this digest, from the folder or unchanged in the journal; null where neither has it.</summary>
    public async Task<Runbook?> FindAsync(string digest, CancellationToken cancellationToken) =>
        _read.TryGetValue(digest, out var known) ? known
        : await journal.Blobs.FindAsync(digest, cancellationToken) is { } bytes && ContentDigest.Of(bytes) == digest
            ? _read.GetOrAdd(digest, RunbookBytes.Read(bytes, digest).Runbook)
        : null;

    /// <summary>The runbook that an incident opened with; or why it cannot be had, as the end of a sentence, and what helps.</summary>
    public async Task<(Runbook? Runbook, string Why, string Advice)> OpenedWithAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return (
                await FindAsync(digest, cancellationToken),
                $"the kept bytes of its runbook {digest[..8]} are missing or not those it opened with.",
                "Compare the database with its backup."
            );
        }
        catch (RunbookException exception)
        {
            return (
                null,
                $"this version of ImcBot cannot read the runbook {digest[..8]} that it opened with ({exception.Problems[0].Text}).",
                "Go on with the version before, or by hand."
            );
        }
    }

    /// <summary>The runbook with this digest.</summary>
    /// <exception cref="KeyNotFoundException">Neither the folder nor the journal has it.</exception>
    public async Task<Runbook> DemandAsync(string digest, CancellationToken cancellationToken) =>
        await FindAsync(digest, cancellationToken)
        ?? throw new KeyNotFoundException($"The runbook {digest} is neither in the runbooks folder nor in the journal.");

    /// <summary>Keeps the bytes of a current runbook in the journal, because an incident is about to open with it.</summary>
    public async Task KeepAsync(string digest, CancellationToken cancellationToken)
    {
        if (current.FirstOrDefault(one => one.Runbook.Digest == digest) is { } found)
        {
            await journal.Blobs.KeepAsync(found.Bytes, cancellationToken);
        }
    }
}

/// <summary>A runbook and the bytes it was read from.</summary>
internal sealed record RunbookBytes(Runbook Runbook, byte[] Bytes)
{
    public static RunbookBytes Read(byte[] bytes, string file) => new(RunbookFile.Load(bytes, file), bytes);
}

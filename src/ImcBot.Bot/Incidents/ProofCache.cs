using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Remembers in a folder which runbooks were proved without a mark of the build, so that a start need not wait for it again. Reading, with
/// all it refuses, is never skipped.
/// </summary>
internal sealed class ProofCache(string folder)
{
    /// <exception cref="RunbookException">It is not proved; the message names file and line.</exception>
    /// <exception cref="InvalidOperationException">The proof did not come to its end.</exception>
    public RunbookBytes Proved(RunbookBytes read, string file)
    {
        var mark = Path.Combine(folder, ProofMark.Of(read.Runbook));
        if (!ProofMark.IsShipped(read.Runbook) && !File.Exists(mark))
        {
            var proof = ProofProcess.Prove(read.Runbook, file);
            Directory.CreateDirectory(folder);

            // Whole or not at all: several bots may share the folder.
            var draft = $"{mark}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
            File.WriteAllText(draft, $"{ProofMark.Text(read.Runbook, proof)}\n");
            File.Move(draft, mark, overwrite: true);
        }

        return read;
    }
}

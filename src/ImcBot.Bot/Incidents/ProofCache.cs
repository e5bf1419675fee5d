using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Remembers in a folder which runbooks this build has proved, by digest, so that a start need not wait for it again. Another build or one
/// changed byte is proved anew; reading, with all it refuses, is never skipped.
/// </summary>
internal sealed class ProofCache(string folder)
{
    private static readonly string Build = typeof(RunbookProof).Module.ModuleVersionId.ToString("N");

    /// <exception cref="RunbookException">It is not proved; the message names file and line.</exception>
    public RunbookBytes Proved(RunbookBytes read, string file)
    {
        var mark = Path.Combine(folder, $"{read.Runbook.Digest}.{Build}");
        if (!File.Exists(mark))
        {
            var proof = RunbookProof.Of(read.Runbook).OrThrow(file);
            Directory.CreateDirectory(folder);

            // Whole or not at all: several bots may share the folder.
            var draft = $"{mark}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
            File.WriteAllText(draft, $"{read.Runbook.Id}: states {proof.States}, transitions {proof.Transitions}\n");
            File.Move(draft, mark, overwrite: true);
        }

        return read;
    }
}

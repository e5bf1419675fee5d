using ImcBot.Core.Runbooks;
using ImcBot.Core.Runbooks.Proof;

namespace ImcBot.Bot.Engine;

/// <summary>
/// Remembers in the data folder which runbooks this build has proved, by digest, so that a start need not wait for it again. Another build or one
/// changed byte is proved anew; reading, with all it refuses, is never skipped.
/// </summary>
internal sealed class ProofShelf(string data)
{
    private static readonly string Build = typeof(RunbookProof).Module.ModuleVersionId.ToString("N");

    /// <exception cref="RunbookException">It is not proved; the message names file and line.</exception>
    public RunbookBytes Proved(RunbookBytes read, string file)
    {
        var mark = Path.Combine(data, "proofs", $"{read.Runbook.Digest}.{Build}");
        if (!File.Exists(mark))
        {
            var proof = RunbookProof.Of(read.Runbook).OrThrow(file);
            Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
            File.WriteAllText(mark, $"{read.Runbook.Id}: {proof.States} states, {proof.Transitions} transitions\n");
        }

        return read;
    }
}

using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// That a runbook is proved: its bytes and the sources that judged them, by digest. Another byte of either, and the mark does not fit.
/// </summary>
internal static class ProofMark
{
    private static readonly HashSet<string> Shipped = new(Read(), StringComparer.Ordinal);

    /// <summary>The mark of this runbook in this build.</summary>
    public static string Of(Runbook runbook) => $"{runbook.Digest}.{ProofBasis.Digest}";

    /// <summary>Whether the build brought the mark of this runbook with it.</summary>
    public static bool IsShipped(Runbook runbook) => Shipped.Contains(Of(runbook));

    /// <summary>What stands behind a mark, for people.</summary>
    public static string Text(Runbook runbook, Proved proof) => $"{runbook.Id}: states {proof.States}, transitions {proof.Transitions}";

    /// <summary>The marks of <c>manifests/runbooks/proved.txt</c>: each the first word of a line.</summary>
    private static IEnumerable<string> Read()
    {
        using var stream = typeof(ProofMark).Assembly.GetManifestResourceStream("proved.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.Split(' ')[0])];
    }
}

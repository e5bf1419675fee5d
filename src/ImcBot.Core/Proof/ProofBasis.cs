using System.Text;
using ImcBot.Contracts;

namespace ImcBot.Core.Proof;

/// <summary>
/// What proofs rest on besides their runbook: the sources that are explored and that judge, with the libraries they use. A proof that rests
/// on other bytes says nothing about this build.
/// </summary>
internal static class ProofBasis
{
    /// <summary>The digest of this build's sources; the same on every machine and in every configuration.</summary>
    public static string Digest { get; } = Of(Sources());

    /// <param name="sources">A hash of each file; their order says nothing.</param>
    public static string Of(IEnumerable<string> sources) =>
        ContentDigest.Of(Encoding.UTF8.GetBytes(string.Join('\n', sources.Order(StringComparer.Ordinal))));

    private static string[] Sources()
    {
        using var stream = typeof(ProofBasis).Assembly.GetManifestResourceStream("proof-sources.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}

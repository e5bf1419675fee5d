using System.Security.Cryptography;
using ImcBot.Core.Proof;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Proof;

public sealed class What_a_proof_rests_on
{
    [Fact]
    public void Every_source_that_is_explored_or_judges_and_nothing_of_the_machine_that_builds()
    {
        string[] sources =
        [
            .. Sources("src/ImcBot.Core"),
            .. Sources("src/ImcBot.Contracts"),
            .. Directory.GetFiles(Repository.Path("src/Shared"), "Yaml*.cs"),
            Repository.Path("src/ImcBot.Core/packages.lock.json"),
        ];

        Assert.Equal(ProofBasis.Of(sources.Select(Hash)), ProofBasis.Digest);
    }

    [Fact]
    public void Another_source_one_more_or_one_less_is_another_basis_and_their_order_is_none()
    {
        string[] some = ["A1", "B2", "C3"];

        Assert.Equal(ProofBasis.Of(some), ProofBasis.Of(some.Reverse()));
        Assert.NotEqual(ProofBasis.Of(some), ProofBasis.Of(["A1", "B2", "C4"]));
        Assert.NotEqual(ProofBasis.Of(some), ProofBasis.Of([.. some, "D4"]));
        Assert.NotEqual(ProofBasis.Of(some), ProofBasis.Of(some[1..]));
    }

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private static IEnumerable<string> Sources(string project) =>
        Directory
            .GetFiles(Repository.Path(project), "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                Path.GetRelativePath(Repository.Path(project), file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")
            );
}

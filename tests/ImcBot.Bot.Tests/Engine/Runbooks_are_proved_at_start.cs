using ImcBot.Bot.Engine;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Engine;

public sealed class Runbooks_are_proved_at_start : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-").FullName;

    private string Proofs => Path.Combine(_folder, "proofs");

    private string Copied => Path.Combine(_folder, "Q300931.yaml");

    [Fact]
    public void Once_for_each_build_and_every_byte()
    {
        File.Copy(Repository.Path("manifests/runbooks/samples/Q300931.yaml"), Copied);
        RunbookShelf.ReadFolder(_folder, new ProofShelf(Proofs));
        var mark = Assert.Single(Directory.GetFiles(Proofs));
        Assert.Contains("transitions", File.ReadAllText(mark), StringComparison.Ordinal);

        File.WriteAllText(mark, "proved before");
        RunbookShelf.ReadFolder(_folder, new ProofShelf(Proofs));
        Assert.Equal("proved before", File.ReadAllText(mark));

        File.AppendAllText(Copied, "# another byte\n");
        RunbookShelf.ReadFolder(_folder, new ProofShelf(Proofs));
        Assert.Equal(2, Directory.GetFiles(Proofs).Length);
    }

    [Fact]
    public void A_broken_one_is_refused_with_its_line_and_remembered_as_nothing()
    {
        File.WriteAllText(Copied, File.ReadAllText(Repository.Path("manifests/runbooks/samples/Q300931.yaml")).Replace("role: lead", "role: boss", StringComparison.Ordinal));

        var refused = Assert.Throws<RunbookException>(() => RunbookShelf.ReadFolder(_folder, new ProofShelf(Proofs)));

        Assert.Contains("Q300931.yaml:48:", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Proofs));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

using ImcBot.Bot.Commands;
using ImcBot.Bot.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class Runbooks_are_proved_at_start : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-").FullName;

    private string Proofs => Path.Combine(_folder, "proofs");

    private string Copied => Path.Combine(_folder, "mine.yaml");

    private static string Skeleton => RunbookSkeleton.Of("Q1", "Spooler");

    [Fact]
    public async Task With_several_runbooks_a_person_says_which_is_meant()
    {
        await using var room = await EngineRoom.NewAsync();
        var text = await File.ReadAllTextAsync(Repository.Path("manifests/runbooks/Q317653.yaml"), TestContext.Current.CancellationToken);
        RunbookBytes[] both =
        [
            .. new[] { text, text.Replace("id: Q317653", "id: Q300931", StringComparison.Ordinal) }.Select(one =>
                RunbookBytes.Read(System.Text.Encoding.UTF8.GetBytes(one), "one.yaml")
            ),
        ];

        Assert.Equal("Q317653", Meant(both[..1], null));
        Assert.Equal("Q300931", Meant(both, "q300931"));
        var unclear = Assert.Throws<KeyNotFoundException>(() => Meant(both, null));
        Assert.StartsWith("Several are here. Say which: 'open EXCH01 Q317653'", unclear.Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => Meant(both, "Q1"));

        string Meant(IReadOnlyList<RunbookBytes> runbooks, string? word) =>
            new RunbookRepository(room.Journal, runbooks).SubjectsOf(null).Meant("EXCH01", word).Runbook.Id;
    }

    [Fact]
    public void What_ships_was_proved_before_by_the_sources_of_this_build()
    {
        foreach (var file in Directory.GetFiles(Repository.Path("manifests/runbooks"), "*.yaml", SearchOption.AllDirectories))
        {
            Assert.True(
                ProofMark.IsShipped(RunbookBytes.Read(File.ReadAllBytes(file), file).Runbook),
                $"The mark of {Path.GetFileName(file)} is old, and its proof would delay every first start: make the marks anew with "
                    + "'dotnet run --project src/ImcBot.Bot -- runbook mark manifests/runbooks'."
            );
        }

        RunbookRepository.ReadFolder(Repository.Path("manifests/runbooks"), new ProofCache(Proofs));
        Assert.False(Directory.Exists(Proofs));
    }

    [Fact]
    public void What_has_no_mark_is_proved_once_and_every_byte_of_it_counts()
    {
        File.WriteAllText(Copied, Skeleton);
        RunbookRepository.ReadFolder(_folder, new ProofCache(Proofs));
        var mark = Assert.Single(Directory.GetFiles(Proofs));
        Assert.Contains("transitions", File.ReadAllText(mark), StringComparison.Ordinal);

        File.WriteAllText(mark, "proved before");
        RunbookRepository.ReadFolder(_folder, new ProofCache(Proofs));
        Assert.Equal("proved before", File.ReadAllText(mark));

        File.AppendAllText(Copied, "# another byte\n");
        RunbookRepository.ReadFolder(_folder, new ProofCache(Proofs));
        Assert.Equal(2, Directory.GetFiles(Proofs).Length);
    }

    [Fact]
    public void One_changed_byte_of_what_ships_takes_its_mark()
    {
        var text = File.ReadAllText(Repository.Path("manifests/runbooks/Q317653.yaml"));

        Assert.True(ProofMark.IsShipped(Read(text)));
        Assert.False(ProofMark.IsShipped(Read(text + "#")));

        static Runbook Read(string text) => RunbookFile.Load(System.Text.Encoding.UTF8.GetBytes(text), "one.yaml");
    }

    [Theory]
    [InlineData("role: on-call }     # on-call", "role: boss } # on-call", "36:27: 'boss' is not")]
    [InlineData("  # on-call, lead", "\n        when: arrivals-fail # ", "32:9: No walk comes to 'restart'")]
    public void One_that_cannot_be_read_or_proved_is_refused_with_its_line_and_remembered_as_nothing(
        string part,
        string broken,
        string said
    )
    {
        File.WriteAllText(Copied, Skeleton.Replace(part, broken, StringComparison.Ordinal));

        var refused = Assert.Throws<RunbookException>(() => RunbookRepository.ReadFolder(_folder, new ProofCache(Proofs)));

        Assert.Contains($"mine.yaml:{said}", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Proofs));
    }

    [Fact]
    public void A_proof_of_other_bytes_or_one_that_broke_off_is_none()
    {
        File.WriteAllText(Copied, Skeleton);
        var read = RunbookBytes.Read(File.ReadAllBytes(Copied), Copied).Runbook;
        File.AppendAllText(Copied, "# changed meanwhile\n");
        Assert.Contains(
            "was changed while it was proved",
            Assert.Throws<InvalidOperationException>(() => ProofProcess.Prove(read, Copied)).Message,
            StringComparison.Ordinal
        );

        File.Delete(Copied);
        Assert.Contains(
            "broke off with exit code 1",
            Assert.Throws<InvalidOperationException>(() => ProofProcess.Prove(read, Copied)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

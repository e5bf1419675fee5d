using ImcBot.Bot.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class Runbooks_are_proved_at_start : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-").FullName;

    private string Proofs => Path.Combine(_folder, "proofs");

    private string Copied => Path.Combine(_folder, "Q300931.yaml");

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
    public void Once_for_each_build_and_every_byte()
    {
        File.Copy(Repository.Path("manifests/runbooks/samples/Q300931.yaml"), Copied);
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
    public void A_broken_one_is_refused_with_its_line_and_remembered_as_nothing()
    {
        File.WriteAllText(
            Copied,
            File.ReadAllText(Repository.Path("manifests/runbooks/samples/Q300931.yaml"))
                .Replace("role: lead", "role: boss", StringComparison.Ordinal)
        );

        var refused = Assert.Throws<RunbookException>(() => RunbookRepository.ReadFolder(_folder, new ProofCache(Proofs)));

        Assert.Contains("Q300931.yaml:61:", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Proofs));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

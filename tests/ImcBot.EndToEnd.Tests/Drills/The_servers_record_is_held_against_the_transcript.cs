using ImcBot.Lab.Drills;
using ImcBot.Lab.Server.Host;

namespace ImcBot.EndToEnd.Tests.Drills;

public sealed class The_servers_record_is_held_against_the_transcript
{
    private const string Approved = """
        {"hash":"a","entry":{"kind":"voted","fact":{"$type":"voted","question":"INC-1/2","answer":"approve"},"effects":[{"$type":"runAction","run":"INC-1/2#1","order":null}]}}
        {"hash":"b","entry":{"kind":"acted","fact":null,"effects":[{"$type":"runAction","run":"INC-1/2#2","order":{"kind":"return"}},{"$type":"runAction","run":"INC-1/4#1"}]}}
        """;

    [Fact]
    public void What_was_approved_is_in_order() =>
        Assert.Empty(Verify([Change("INC-1/2#1"), Change("INC-1/2#2"), Change("service MSExchangeIMC")]));

    [Theory]
    [InlineData("INC-1/2#3")]
    [InlineData("INC-1/3#1")]
    [InlineData("INC-1/4#1")]
    public void A_run_that_nobody_approved_is_told(string run) =>
        Assert.Contains(run, Assert.Single(Verify([Change(run)])), StringComparison.Ordinal);

    [Fact]
    public void A_change_without_a_name_is_told() => Assert.Single(Verify([Change("")]));

    [Fact]
    public void Where_everything_was_refused_no_run_is_in_order() => Assert.Single(Verify([Change("INC-1/2#1")], nothingAllowed: true));

    [Fact]
    public void The_console_is_in_order_only_when_somebody_stood_there()
    {
        Assert.Single(Verify([Change("console")]));
        Assert.Empty(Verify([Change("console")], console: ["install-store-hotfix"]));
    }

    [Fact]
    public void Approvals_and_rounds_are_counted_from_the_transcript()
    {
        var transcript = Read();
        Assert.Equal((1, 1), (transcript.Approvals, transcript.Rounds));
    }

    private static RecordEntry Change(string by) => new(1, 0, by, "file.move", @"D:\Exchsrvr\Imcdata\In", null);

    private static IEnumerable<string> Verify(
        IReadOnlyList<RecordEntry> record,
        IReadOnlyCollection<string>? console = null,
        bool nothingAllowed = false
    ) => Verification.Of(record, Read(), console ?? [], nothingAllowed);

    private static Transcript Read()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-transcript").FullName, "transcript.jsonl");
        File.WriteAllText(file, Approved);
        return Transcript.Read(file);
    }
}

using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Runbooks;

public sealed class Runbook_files_are_read_strictly
{
    private static readonly string Shipped = File.ReadAllText(Repository.Path("manifests/runbooks/Q317653.yaml"));

    [Fact]
    public void The_shipped_runbook_has_every_line_of_the_article()
    {
        Assert.Equal(
            ["disk-space", "smtp-log", "antivirus", "message", "threads", "store-build"],
            Some.Runbook.Steps.Select(step => step.Id)
        );
        Assert.All(Some.Runbook.Steps, step => Assert.StartsWith("Q317653 resolution", step.Kb, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("use: disk.free", "use: disk.fre", "not in the catalog")]
    [InlineData("at-least: 500MB", "at-least: plenty", "is not a size")]
    [InlineData("at-least: 500MB", "at-most: 500MB", "has no argument 'at-most'")]
    [InlineData("approval: { role: on-call }", "approval: { role: anybody }", "is not a role")]
    [InlineData("id: threads", "id: disk-space", "Two steps are called 'disk-space'")]
    [InlineData("after: [antivirus, threads]", "after: [antivirus, thread]", "which is no step")]
    [InlineData("    last-resort: true", "    lastresort: true", "has no member 'lastresort'")]
    [InlineData("check: { use: mail.suspects }", "check: { use: antivirus.exclude, with: { path: \"C:\\\\x\" } }", "a check may only read")]
    [InlineData("service: MSExchangeIMC\n", "\n", "needs 'service'")]
    [InlineData(
        "service: MSExchangeIMC\n",
        "queue: { use: pigeon-hole }\nservice: MSExchangeIMC\n",
        "is no queue; use one of exchange.spool, folder"
    )]
    [InlineData(
        "service: MSExchangeIMC\n",
        "queue: { use: folder, with: { path: \"D:\\\\Jobs\" } }\nservice: MSExchangeIMC\n",
        "has no argument 'path'"
    )]
    [InlineData("service: MSExchangeIMC\n", "queue: { use: folder, with: { from: Jobs } }\nservice: MSExchangeIMC\n", "is not a path")]
    public void A_mistake_is_refused_with_its_line_and_a_sentence(string good, string bad, string sentence)
    {
        Assert.Contains(good, Shipped, StringComparison.Ordinal);
        var at = Shipped.IndexOf(good, StringComparison.Ordinal);
        var line = Shipped[..at].Count(letter => letter == '\n') + 1;

        var error = Assert.Throws<RunbookException>(() => Load(Shipped.Remove(at, good.Length).Insert(at, bad)));

        Assert.Contains(error.Problems, problem => problem.Text.Contains(sentence, StringComparison.Ordinal));
        Assert.True(error.Problems.Any(problem => problem.Line <= line), $"expected at or before line {line}: {error.Message}");
    }

    [Fact]
    public void A_queue_is_said_once_and_given_to_every_search()
    {
        var folder = Load(
            Shipped.Replace(
                "service: MSExchangeIMC\n",
                "service: MSExchangeIMC\nqueue: { use: folder, with: { from: \"D:\\\\Jobs\", items: stem } }\n",
                StringComparison.Ordinal
            )
        );
        var usual = Load(
            Shipped.Replace(
                "service: MSExchangeIMC\n",
                "service: MSExchangeIMC\nqueue: { use: exchange.spool }\n",
                StringComparison.Ordinal
            )
        );

        var told = Search(folder).With;
        Assert.Equal(("folder", @"D:\Jobs", "stem", "MSExchangeIMC"), (told["queue"], told["from"], told["items"], told["service"]));
        Assert.Equal(Search(Some.Runbook), Search(usual));
    }

    [Theory]
    [InlineData("")]
    [InlineData("just words")]
    [InlineData("a: [unclosed")]
    [InlineData("- list")]
    public void What_is_no_runbook_is_told_and_never_crashes(string text) =>
        Assert.NotEmpty(Assert.Throws<RunbookException>(() => Load(text)).Problems);

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var error = Assert.Throws<RunbookException>(() =>
            Load(
                Shipped
                    .Replace("use: disk.free", "use: disk.fre", StringComparison.Ordinal)
                    .Replace("role: lead", "role: boss", StringComparison.Ordinal)
            )
        );

        Assert.True(error.Problems.Count >= 2);
    }

    private static Call Search(Runbook runbook) =>
        Assert.Single(
            runbook.Steps.SelectMany(step => step.Offers).SelectMany(offer => offer.Remedy?.Rungs ?? []),
            call => Catalog.PurposeOf(call.Use) is Purpose.Search
        );

    private static Runbook Load(string text) => RunbookFile.Load(Encoding.UTF8.GetBytes(text), "broken.yaml");
}

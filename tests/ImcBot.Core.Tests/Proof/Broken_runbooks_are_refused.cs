using System.Text;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Proof;

/// <summary>
/// The shipped runbook with one thing wrong: each is refused at the line that was changed, with the sentence that says what to do.
/// </summary>
public sealed class Broken_runbooks_are_refused
{
    private const string Log = "folder: \"${imcdata}\\\\Log\", pattern";

    private static readonly string Shipped = File.ReadAllText(Repository.Path("manifests/runbooks/Q317653.yaml"));

    /// <summary>What stands there, what is put there instead, what is said.</summary>
    public static TheoryData<string, string, string> Broken =>
        new()
        {
            // What is not in the catalog, or does not fit it.
            { "use: disk.free", "use: disk.fre", "'disk.fre' is not in the catalog" },
            { "use: threads.set", "use: threads.raise", "'threads.raise' is not in the catalog" },
            { "at-least: 500MB", "at-least: plenty", "'plenty' is not a size for 'at-least'" },
            { "at-least: 500MB", "at-most: 500MB", "has no argument 'at-most'" },
            { "with: { value: 50 }", "with: {}", "'threads.set' needs the argument 'value'" },
            { "for: 30min", "for: a while", "is not a duration" },
            { "path: \"${imcdata}\", at-least", "path: \"${spool}\", at-least", "'${spool}' is not known" },
            { "service: MSExchangeIMC\n\n", "service: \"MSExchange/IMC\"\n\n", "is not a service" },
            { "restarts: MSExchangeIS", "restarts: \"IS;format\"", "is not a service" },
            // Who may approve.
            { "approval: { role: on-call }", "approval: { role: anybody }", "'anybody' is not a role" },
            { "approval: { role: lead }", "approval: { role: lead, quorum: 9 }", "'quorum' is how many people" },
            { "approval: { role: lead }", "approval: { role: lead, co-sign: [auditor] }", "'auditor' is not a role" },
            // What acts where only reading is allowed, and the reverse.
            {
                "{ use: port.answers, with: { port: 25 } }",
                "{ use: service.start, with: { service: MSExchangeIMC } }",
                "'service.start' acts; a check may only read"
            },
            { "check: { use: mail.suspects }", "check: { use: mail.replay }", "'mail.replay' acts; a check may only read" },
            { "evidence: { use: programs.list }", "evidence: { use: mail.replay }", "'mail.replay' acts; a check may only read" },
            { "use: recycle-bin.empty, with: { volume: \"${imcdata}\" }", "use: programs.list", "'programs.list' only reads" },
            // What is never bundled, lowered or deleted.
            {
                "use: recycle-bin.empty, with: { volume: \"${imcdata}\" }",
                "use: imcdata.move, with: { to: \"${spare-volume}\" }",
                "'imcdata.move' is never bundled"
            },
            {
                "use: recycle-bin.empty, with: { volume: \"${imcdata}\" }",
                "use: service.stop, with: { service: MSExchangeIS }",
                "'service.stop' is never bundled"
            },
            {
                "use: recycle-bin.empty, with: { volume: \"${imcdata}\" }",
                "use: mail.hold, with: { folder: In }",
                "'mail.hold' is never bundled"
            },
            {
                "role: on-call }\n      rungs:",
                "role: on-call }\n      restarts: MSExchangeIS\n      rungs:",
                "A ladder never stops MSExchangeIS: people are connected to it"
            },
            { Log, "folder: \"${imcdata}\\\\In\", pattern", "holds items of the queue, which are never deleted" },
            { Log, "folder: \"${imcdata}\\\\In\\\\Archive\", pattern", "holds items of the queue, which are never deleted" },
            { Log, "folder: \"${imcdata}\", pattern", "holds items of the queue, which are never deleted" },
            { Log, "folder: 'D:\\Exchsrvr\\IMCDATA\\out', pattern", "holds items of the queue, which are never deleted" },
            {
                "does: Raise Max Threads",
                "rides: true\n        impact: reversible\n        nothing: x\n        does: Raise Max Threads",
                "has no member 'nothing'"
            },
            {
                "does: Pause on-access scanning for 30 minutes",
                "does: Pause on-access scanning for 30 minutes\n        rides: true",
                "is disruptive and may not ride"
            },
            {
                "does: Pause on-access scanning for 30 minutes",
                "does: Pause on-access scanning for 30 minutes\n        impact: reversible",
                "may raise an impact and never lower it"
            },
            {
                "does: Pause on-access scanning for 30 minutes",
                "does: Pause on-access scanning for 30 minutes\n        impact: tiny",
                "'tiny' is no impact"
            },
            { "starts: 12", "starts: 2", "needs at least 3 starts" },
            // Steps that cannot be left or reached.
            { "id: threads", "id: disk-space", "Two steps are called 'disk-space'" },
            { "name: pause", "name: exclude-imcdata", "Two remedies of step 'antivirus' are called 'exclude-imcdata'" },
            { "after: [antivirus, threads]", "after: [antivirus, thread]", "which is no step" },
            { "after: [antivirus, threads]", "after: [message]", "neither could ever be left" },
            // What follows a remedy.
            { "restarts: MSExchangeIS", "follows: sleep", "'follows' is 'start', 'restart', 'reload' or 'nothing'" },
            { "restarts: MSExchangeIS", "restarts: MSExchangeIS\n        follows: restart", "it goes with 'follows: start' alone" },
            {
                "with: { to: \"${spare-volume}\" }",
                "with: { to: \"${spare-volume}\" }\n        follows: nothing",
                "nothing would start it again"
            },
            { "with: { level: 0 }", "with: { level: 0 }\n        follows: nothing", "waits for a start of its own" },
            {
                "with: { starts: 12, store-crashes: 4, minutes: 40 }",
                "with: { starts: 12, store-crashes: 4, minutes: 40 }\n        follows: start",
                "A search starts the service by itself"
            },
            // Words.
            { "  item: message", "  thing: message", "'words' has no member 'thing'" },
            {
                "  item: message",
                "  item: a piece of work that has to be carried from one place to another",
                "'item' is one line of at most 40 characters"
            },
            { "  crash: store crash", "  crash: \"store\\ncrash\"", "'crash' is one line" },
            { "  item: message", "  item: [message]", "'item' must be text" },
            // What is missing or misspelt.
            { "    last-resort: true", "    lastresort: true", "has no member 'lastresort'" },
            { "ids: [4102, 4182], warnings: [4116, 4117], foreign", "foreign", "No event opens an incident here" },
            { "ids: [4102, 4182]", "ids: [4102, often]", "'ids' must be a list of whole numbers" },
            { "last-resort: true", "last-resort: perhaps", "'last-resort' must be true or false" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Each_is_refused_at_its_line(string good, string bad, string sentence)
    {
        Assert.Contains(good, Shipped, StringComparison.Ordinal);
        var at = Shipped.IndexOf(good, StringComparison.Ordinal);

        var error = Assert.Throws<RunbookException>(() => Load(Shipped.Remove(at, good.Length).Insert(at, bad)));

        // A remedy that spans lines is named where it begins.
        var first = Shipped[..at].Count(letter => letter == '\n') + 1;
        var problem = Assert.Single(error.Problems, problem => problem.Text.Contains(sentence, StringComparison.Ordinal));
        Assert.InRange(problem.Line, first, first + bad.Count(letter => letter == '\n'));
        Assert.Contains($"broken.yaml:{problem.At}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("service: MSExchangeIMC\n\n", "\n\n", "needs 'service'", 3)]
    [InlineData("        approval: { role: lead }\n", "", "nothing is changed without one", 84)]
    [InlineData(
        "  - { use: service.running, with: { service: MSExchangeIMC } }\n",
        "",
        "'verify' never asks whether MSExchangeIMC runs",
        31
    )]
    public void What_is_missing_is_refused_where_it_belongs(string good, string bad, string sentence, int line)
    {
        Assert.Contains(good, Shipped, StringComparison.Ordinal);

        var error = Assert.Throws<RunbookException>(() => Load(Shipped.Replace(good, bad, StringComparison.Ordinal)));

        var problem = Assert.Single(error.Problems, problem => problem.Text.Contains(sentence, StringComparison.Ordinal));
        Assert.Equal(line, problem.Line);
    }

    private static Runbook Load(string text) => RunbookFile.Load(Encoding.UTF8.GetBytes(text), "broken.yaml");
}

using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Runbooks;

public sealed class Something_follows_every_remedy
{
    private const string Threads = "restarts: MSExchangeIS";

    private static readonly string Shipped = File.ReadAllText(Repository.Path("manifests/runbooks/Q317653.yaml"));

    [Theory]
    [InlineData("restarts: MSExchangeIS", "service.restart MSExchangeIS, service.start MSExchangeIMC")]
    [InlineData("follows: start", "service.start MSExchangeIMC")]
    [InlineData("follows: restart", "service.restart MSExchangeIMC, service.start MSExchangeIMC")]
    [InlineData("follows: nothing", "")]
    public void A_remedy_says_what_follows_it(string says, string calls)
    {
        var runbook = RunbookFile.Load(Encoding.UTF8.GetBytes(Shipped.Replace(Threads, says, StringComparison.Ordinal)), "runbook.yaml");

        var remedy = runbook.Find("threads")!.Offers.Single().Remedy!;

        Assert.Equal(calls, string.Join(", ", remedy.Starts.Select(call => $"{call.Use} {call.With["service"]}")));
    }

    [Fact]
    public void A_runbook_whose_remedy_is_followed_by_nothing_is_proved()
    {
        var runbook = RunbookFile.Load(
            Encoding.UTF8.GetBytes(Shipped.Replace(Threads, "follows: nothing", StringComparison.Ordinal)),
            "runbook.yaml"
        );

        Assert.Empty(
            RunbookProof.Of(runbook with { Steps = [.. runbook.Steps.Where(step => step.Id is "smtp-log" or "threads")] }).Problems
        );
    }

    [Fact]
    public void What_waits_for_a_start_does_not_ride_where_none_follows()
    {
        var shipped = Shipped.Replace(Threads, "follows: nothing", StringComparison.Ordinal);
        var runbook = RunbookFile.Load(Encoding.UTF8.GetBytes(shipped), "runbook.yaml");
        var rehearsal = new Rehearsal(Some.Opened() with { Runbook = runbook.Digest }, runbook, "smtp-log", "threads")
            .Relay()
            .Ask("threads")
            .Relay();

        Assert.Empty(Plan.FromBytes(rehearsal.Incident.Request!.Plan).Remedy.Riders);
    }
}

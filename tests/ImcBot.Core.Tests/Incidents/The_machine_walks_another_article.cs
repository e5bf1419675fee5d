using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Incidents;

/// <summary>The walk is data: the same machine walks the article of the full disk.</summary>
public sealed class The_machine_walks_another_article
{
    private static readonly Runbook Disk = RunbookFile.Load(
        File.ReadAllBytes(Repository.Path("manifests/runbooks/samples/Q300931.yaml")),
        "Q300931.yaml"
    );

    [Fact]
    public void Event_3018_opens_it_although_the_service_is_up() =>
        Assert.Equal(OpeningKind.Open, Opening.Decide(Disk, Some.Alert(true, 3018)));

    [Fact]
    public void A_full_disk_with_the_service_up_is_walked_when_somebody_asks_and_logging_stops_first()
    {
        var incident = IncidentMachine.Open(Some.Opened() with { Runbook = Disk.Digest }, Disk).Incident;
        var survey = incident.Questions.Single();
        foreach (var (run, asked) in survey.Value.Checks)
        {
            var verdict = asked.Step is null ? Verdict.Clear : Verdict.Finding;
            var report = new Report(
                new RunId(incident.Id(survey.Key), run),
                JobKind.Check,
                verdict,
                "told",
                new Dictionary<string, string>(),
                incident.Now
            );
            incident = IncidentMachine.Handle(incident, new Checked(incident.Now, report)).Incident;
        }

        Assert.Equal(ChangeKind.Flowing, incident.Proposal!.Kind);
        var walked = IncidentMachine.Handle(incident, new Commanded(incident.Now, CommandVerb.Walk, Some.Responder, null, ""));

        var plan = Assert.Single(walked.Effects.OfType<MakePlan>());
        Assert.Equal(["smtp-log.set", "service.restart", "service.start"], plan.Remedy.Calls.Select(call => call.Use));
        Assert.Equal("smtp-log", walked.Incident.Proposal!.Step);
    }
}

using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Runbooks;

public sealed class A_runbook_has_a_subject
{
    private static Runbook Any { get; } = RunbookFile.Load(AnyService.Bytes, "any-service.yaml");

    [Fact]
    public void A_runbook_about_any_service_is_proved_as_it_stands() => Assert.Empty(RunbookProof.Of(Any).Problems);

    [Fact]
    public void The_shipped_runbook_for_any_service_needs_a_name_and_no_more()
    {
        var runbook = RunbookFile.Load(File.ReadAllBytes(Repository.Path("manifests/runbooks/service-down.yaml")), "service-down.yaml");

        Assert.Empty(Binding.Problems(runbook, new("web", runbook.Id, "nginx.service", "http://127.0.0.1/")));
        Assert.Empty(Binding.Problems(runbook, new("db", runbook.Id, "postgresql.service")));
        Assert.Equal(["service-down is about any service: say which with 'service'."], Binding.Problems(runbook, new("web", runbook.Id)));
        Assert.False(runbook.StandsAlone());
    }

    [Fact]
    public void What_a_subject_has_not_is_left_out_of_the_calls_that_can_do_without()
    {
        var runbook = RunbookFile.Load(File.ReadAllBytes(Repository.Path("manifests/runbooks/service-down.yaml")), "service-down.yaml");
        IReadOnlyDictionary<string, string> Asked(Subject subject) => runbook.For(subject).Verify[^1].With;

        Assert.Empty(Asked(new("db", runbook.Id, "postgresql.service")));
        Assert.Equal(
            [new("port", "5432")],
            Asked(new("db", runbook.Id, "postgresql.service", Parameters: new Dictionary<string, string> { ["port"] = "5432" }))
        );
        Assert.Equal([new("url", "http://127.0.0.1/")], Asked(new("web", runbook.Id, "nginx.service", "http://127.0.0.1/")));
        Assert.Null(runbook.For(new("db", runbook.Id, "postgresql.service")).Url);
    }

    [Fact]
    public void An_incident_is_walked_with_its_subject_in_every_place()
    {
        var subject = AnyService.Named("web", "nginx", ("port", "8080"));
        var opened = Some.Opened() with { Runbook = Any.Digest, Alert = null, Subject = subject, IsOneOfSeveral = true };

        var incident = IncidentMachine.Open(opened, Any).Incident;

        Assert.Equal(
            ("web", "EXCH01 web", "nginx", "nginx does not run"),
            (incident.Subject, incident.Label, incident.Runbook.Service, incident.Runbook.Title)
        );
        Assert.Equal(["nginx", "8080"], incident.Runbook.Verify.Select(check => check.With.Values.Single()));
        var remedy = incident.Runbook.Steps[0].Offers[0];
        Assert.Equal(
            ("Restart nginx", "nginx", "nginx"),
            (remedy.Does, remedy.Remedy!.Rungs[0].With["service"], remedy.Remedy.Starts[0].With["service"])
        );
        Assert.Equal(Any.Digest, incident.Runbook.Digest);
        Assert.Equal(
            OpeningKind.Open,
            Opening.Decide(incident.Runbook, new("EXCH01", "nginx", false, false, [Some.Event(7001, "nginx")], 0))
        );
    }

    [Fact]
    public void What_a_subject_does_not_say_or_says_wrongly_is_told_in_sentences()
    {
        Assert.Equal(["any-service is about any service: say which with 'service'."], Binding.Problems(Any, new("web", AnyService.Id)));
        Assert.Equal(
            ["any-service has no parameter 'prt'; it takes port."],
            Binding.Problems(Any, AnyService.Named("web", "nginx", ("prt", "8080")))
        );
        Assert.Equal(
            ["'soon' is not a number for 'port' of 'port.answers'; write it like 25."],
            Binding.Problems(Any, AnyService.Named("web", "nginx", ("port", "soon")))
        );
        Assert.Equal(
            ["Q317653 is about MSExchangeIMC and cannot be about nginx; leave 'service' out."],
            Binding.Problems(Some.Runbook, new("web", "Q317653", "nginx"))
        );
        Assert.Empty(Binding.Problems(Any, AnyService.Named("web", "nginx")));
    }

    [Fact]
    public void A_subject_may_not_bring_in_what_no_runbook_may_do()
    {
        var runbook = RunbookFile.Load(
            Encoding.UTF8.GetBytes(
                AnyService
                    .Text.Replace(
                        "  - { name: port,",
                        "  - { name: old, default: \"${temp}\", description: Where old files lie }\n  - { name: port,",
                        StringComparison.Ordinal
                    )
                    .Replace("use: service.restart", "use: files.delete", StringComparison.Ordinal)
                    .Replace(
                        "with: { service: \"${service}\" }\n        does",
                        "with: { folder: \"${old}\", older-than: 1d }\n        does",
                        StringComparison.Ordinal
                    )
            ),
            "any-service.yaml"
        );

        Assert.StartsWith(
            "'${imcdata}\\In' holds items",
            Assert.Single(Binding.Problems(runbook, AnyService.Named("web", "nginx", ("old", "${imcdata}\\In")))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_subject_that_is_down_or_silent_opens_where_the_runbook_says_so()
    {
        var runbook = RunbookFile.Load(
            Encoding.UTF8.GetBytes(AnyService.Text.Replace("  - manual: true", "  - { url: silent, for: 2min }", StringComparison.Ordinal)),
            "any-service.yaml"
        );
        var bound = runbook.For(AnyService.Named("web", "nginx") with { Url = "http://web/" });
        OpeningKind Seen(OutageKind kind, string? url = null) =>
            Opening.Decide(bound, new("EXCH01", "nginx", false, false, [], 2, new(kind, 1, url)));

        Assert.Equal([new(OutageKind.ServiceDown, 60), new(OutageKind.UrlSilent, 120)], runbook.Outages);
        Assert.False(runbook.IsManual);
        Assert.Empty(Binding.Problems(runbook, AnyService.Named("web", "nginx")));
        var alone = RunbookFile.Load(
            Encoding.UTF8.GetBytes(
                AnyService.Text.Replace("  - { service: down, for: 60s }", "  - { url: silent, for: 2min }", StringComparison.Ordinal)
            ),
            "any-service.yaml"
        );
        Assert.Equal(["any-service asks an address: say which with 'url'."], Binding.Problems(alone, AnyService.Named("web", "nginx")));
        Assert.Equal(
            [OpeningKind.Open, OpeningKind.Ignore, OpeningKind.Open, OpeningKind.Ignore],
            [
                Seen(OutageKind.ServiceDown),
                Seen(OutageKind.OrderlyStop),
                Seen(OutageKind.UrlSilent, "http://web/"),
                Seen(OutageKind.UrlSilent, "http://other/"),
            ]
        );
        Assert.Equal(
            OpeningKind.Ignore,
            Opening.Decide(Some.Runbook, new("EXCH01", "MSExchangeIMC", false, false, [], 2, new(OutageKind.ServiceDown, 1)))
        );
        Assert.Empty(RunbookProof.Of(runbook).Problems);
    }

    [Theory]
    [InlineData("- manual: true", "- { service: down }", "An entry of 'opens-on' needs 'for'.")]
    [InlineData("- manual: true", "- { service: up, for: 60s }", "'service' is 'down' here: 'service: down' with 'for'.")]
    [InlineData("- manual: true", "- { url: silent, for: 2d }", "'for' is how long it must be so: from 1s to 1h, such as 60s.")]
    [InlineData(
        "ids: [7001],",
        "kinds: [filter.lots],",
        "No line tells 'filter.lots'; use one of destination.down, destination.unknown, filter.down, filter.lost, milter.lost, "
            + "postfix.certificate, postfix.corrupt, postfix.fatal, postfix.limit, postfix.map, postfix.no-space, postfix.panic, "
            + "postfix.port, postfix.program, postfix.settings, postfix.throttled."
    )]
    [InlineData(
        "- manual: true",
        "- { manual: true, for: 60s }",
        "An entry of 'opens-on' has no member 'for'; it takes eventlog, manual, service, url."
    )]
    [InlineData(
        "- manual: true",
        "- { manual: false }",
        "An entry of 'opens-on' is one of 'eventlog: {...}', 'service: down' with 'for', 'url: silent' with 'for', or 'manual: true'."
    )]
    [InlineData("name: port,", "name: temp,", "'${temp}' means something already; give the parameter another name.")]
    [InlineData(
        "name: port,",
        "name: Port,",
        "'Port' is no name for a parameter; use small letters, digits and '-', beginning with a letter."
    )]
    [InlineData("default: 80,", "default: eighty,", "'eighty' is not a number for 'port' of 'port.answers'; write it like 25.")]
    [InlineData(
        "default: 80, ",
        "default: 80, unit: tcp, ",
        "An entry of 'parameters' has no member 'unit'; it takes default, description, name."
    )]
    [InlineData("service: ${service}\n", "service: x${service}\n", "'service' is a name, or '${service}' where the subject says it.")]
    public void A_wrong_parameter_or_opening_is_refused_with_its_line(string instead, string written, string told)
    {
        var text = AnyService.Text.Replace(instead, written, StringComparison.Ordinal);

        var problems = Assert.Throws<RunbookException>(() => RunbookFile.Load(Encoding.UTF8.GetBytes(text), "any-service.yaml")).Problems;

        Assert.Contains(problems, problem => problem.Text == told && problem.Line is > 1);
    }
}

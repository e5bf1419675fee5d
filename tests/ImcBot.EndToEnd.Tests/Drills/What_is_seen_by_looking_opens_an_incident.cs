using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Drills;

/// <summary>
/// Real bot, relay and server. Of two subjects on one service one says no events at all: its address is silent; the other is down without
/// an event that is watched.
/// </summary>
public sealed class What_is_seen_by_looking_opens_an_incident(ITestOutputHelper output)
{
    [Fact]
    public async Task Where_nothing_answers_at_an_address_and_where_a_service_is_down()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        await using var site = await Site.OpenAsync(Prepared(), output.WriteLine, TimeProvider.System, either.Token);

        await OpenedAsync(site, "EXCH01 page: The service DOES NOT ANSWER", either.Token);
        await new ServerDesk(site.Http, site.ServerAddress).AtConsoleAsync("fail-service?name=PrintQ", either.Token);
        await OpenedAsync(site, "EXCH01 print: The service STOPPED", either.Token);
    }

    private static SiteOptions Prepared()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-looking").FullName;
        var runbooks = Directory.CreateDirectory(Path.Combine(folder, "runbooks")).FullName;
        File.WriteAllText(
            Path.Combine(runbooks, "silent.yaml"),
            Runbook("silent", "Nothing answers at the queue's page", "{ url: silent, for: 1s }")
        );
        File.WriteAllText(Path.Combine(runbooks, "down.yaml"), Runbook("down", "The print queue is down", "{ service: down, for: 1s }"));
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "relay")).FullName, "relay.json"),
            $$"""
            {
              "subjects": [
                { "name": "page", "runbook": "silent", "service": "PrintQ", "url": "http://127.0.0.1:{{Loopback.FreePort()}}/" },
                { "name": "print", "runbook": "down", "service": "PrintQ" }
              ]
            }
            """
        );
        return new SiteOptions(folder)
        {
            Count = 5,
            Seed = 3,
            Services = "PrintQ",
            Runbooks = runbooks,
        };
    }

    private static string Runbook(string id, string title, string opens) =>
        $$"""
            id: {{id}}
            title: {{title}}
            service: ${service}
            opens-on: [{{opens}}]
            verify: [{ use: service.running, with: { service: "${service}" } }]
            steps:
              - id: look
                name: Look
                kb: print queue manual 1
                check: { use: service.running, with: { service: "${service}" } }
                remedies:
                  - { name: by-hand, person: "Look at the queue" }
            """;

    private static async Task OpenedAsync(Site site, string subject, CancellationToken cancellationToken)
    {
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if (
                post is { Chat: "channel", From: "bot", Card: { } card }
                && CardText.Of(card).Any(text => text.Contains(subject, StringComparison.Ordinal))
            )
            {
                return;
            }
        }
    }
}

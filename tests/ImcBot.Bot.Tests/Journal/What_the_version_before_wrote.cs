using ImcBot.Bot.Export;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Journal;

/// <summary>A database and a transcript of the version before subjects, kept beside this file.</summary>
public sealed class What_the_version_before_wrote
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_open_incident_is_about_the_service_that_its_runbook_names_and_can_be_closed()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-").FullName;
        File.Copy(Kept("database"), Path.Combine(folder, "imcbot.db"));
        File.Copy(Kept("journal.key"), Path.Combine(folder, "journal.key"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "journal.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await using var house = await BotHouse.OpenAsync(
            folder,
            new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddTicks((Some.Start + 60_000_000) * 10))
        );

        var incident = (await house.Engine.FindOpenAsync(Some.Host, "MSExchangeIMC", Token))!;

        Assert.Equal((1, "MSExchangeIMC", Some.Host), (incident.Number, incident.Subject, incident.Label));
        Assert.True(
            incident.Phase is Phase.AwaitingApproval
                || (incident.Task is { Kind: PersonTaskKind.Diverged } task && task.Text.Contains("is in doubt", StringComparison.Ordinal)),
            $"{incident.Phase}: {incident.Task?.Text}"
        );
        for (var times = 0; times < 2 && incident.IsOpen; times++)
        {
            incident = (await house.Engine.TellAsync(1, at => new Commanded(at, CommandVerb.Close, Some.Lead, null, ""), Token)).Incident;
        }

        Assert.Equal(Phase.Closed, incident.Phase);
        Assert.Null(await house.Engine.FindOpenAsync(Some.Host, "MSExchangeIMC", Token));
    }

    [Fact]
    public async Task Its_transcript_verifies()
    {
        await using var file = File.OpenRead(Kept("INC-1.jsonl"));
        var kinds = new List<string>();

        var proof = await TranscriptCheck.VerifyAsync(file, entry => kinds.Add(entry.Kind), Token);

        Assert.Null(proof.Problem);
        Assert.Equal((1, kinds.Count, "opened"), (proof.Incident, proof.Entries, kinds[0]));
    }

    private static string Kept(string name) => Repository.Path($"tests/ImcBot.Bot.Tests/Journal/Before/{name}");
}

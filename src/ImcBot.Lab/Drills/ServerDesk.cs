using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Drills;

/// <summary>The practice server from outside: its truth, its record, its console, its faults.</summary>
internal sealed class ServerDesk(HttpClient http, Uri server)
{
    public async Task<GroundTruth> TruthAsync(CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<GroundTruth>(new Uri(server, "truth"), LabJson.Options, cancellationToken))!;

    public async Task<IReadOnlyList<RecordEntry>> RecordAsync(int after, CancellationToken cancellationToken) =>
        (
            await http.GetFromJsonAsync<IReadOnlyList<RecordEntry>>(
                new Uri(server, $"record?after={after}"),
                LabJson.Options,
                cancellationToken
            )
        )!;

    public async Task AtConsoleAsync(string action, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsync(new Uri(server, $"console/{action}"), null, cancellationToken);
        await EnsureAsync(response, cancellationToken);
    }

    public async Task PlantAsync(IReadOnlyList<string> faults, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(new Uri(server, "faults"), new { faults }, cancellationToken);
        await EnsureAsync(response, cancellationToken);
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new LabException($"The practice server refused: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}

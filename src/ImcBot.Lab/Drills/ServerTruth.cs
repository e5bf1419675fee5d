using System.Text.Json;

namespace ImcBot.Lab.Drills;

/// <summary>What the practice server knows to be true, whatever anybody else believes.</summary>
/// <param name="FirstDeliveryAt">The first delivery after <paramref name="FirstStopAt"/>, both Unix microseconds by the server's
/// clock.</param>
internal sealed record ServerTruth(
    IReadOnlyList<MessageTruth> Messages,
    IReadOnlyList<string> Faults,
    int Arrived,
    int StoreCrashes,
    int Starts,
    long? FirstDeliveryAt,
    long? FirstStopAt
);

/// <summary>One message's truth.</summary>
/// <param name="State">in, work, delivered, archived, badFolder, held, deleted, out.</param>
internal sealed record MessageTruth(string Token, string Name, string Sha256, bool Bad, string? Defect, string State, int Deliveries);

/// <summary>One change that was made to the server, as the server itself wrote it down.</summary>
/// <param name="By">A run such as <c>INC-7/3#4</c>, <c>console</c>, a service, or the mail sender.</param>
internal sealed record RecordEntry(long N, long At, string By, string What, string Target, string? Detail);

/// <summary>The practice server from outside: its truth, its record, its console, its faults.</summary>
internal sealed class ServerDesk(HttpClient http, Uri server)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<ServerTruth> TruthAsync(CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<ServerTruth>(new Uri(server, "truth"), Json, cancellationToken))!;

    public async Task<IReadOnlyList<RecordEntry>> RecordAsync(long after, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<IReadOnlyList<RecordEntry>>(new Uri(server, $"record?after={after}"), Json, cancellationToken))!;

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

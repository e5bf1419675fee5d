using System.Net.Http.Json;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>A practice server in a process of its own with a root folder of its own; both go when the test ends, however it ends.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string Imc = "MSExchangeIMC";
    public const string Store = "MSExchangeIS";
    public const string Imcdata = @"D:\Exchsrvr\Imcdata";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(40);

    private readonly string folder = Directory.CreateTempSubdirectory("imcbot-server-").FullName;
    private readonly string[] arguments;
    private Part? process;

    private RunningServer(string[] arguments) => this.arguments = arguments;

    public HttpClient Http { get; private set; } = new();

    public static async Task<RunningServer> StartAsync(params string[] arguments)
    {
        var server = new RunningServer(arguments);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process, again after it has ended.</summary>
    public async Task StartAsync()
    {
        var urlFile = Path.Combine(folder, "url");
        File.Delete(urlFile);
        process = Part.Start(
            "server",
            "ImcBot.Lab",
            ["server", "--root", Path.Combine(folder, "root"), "--url-file", urlFile, .. arguments],
            [],
            folder,
            TimeProvider.System
        );
        await UntilAsync(
            () => Task.FromResult(File.Exists(urlFile) || process.Exited.IsCompleted),
            () => "The server did not tell its URL."
        );
        Assert.False(process.Exited.IsCompleted, string.Join('\n', process.LastLines));
        Http.Dispose();
        Http = new HttpClient { BaseAddress = new Uri(await File.ReadAllTextAsync(urlFile)) };
    }

    public int Id => process!.Id;

    public Task EndAsync() => process!.EndAsync();

    /// <summary>Ends the server and nothing else, as a fault of the server itself would.</summary>
    public async Task KillServerOnlyAsync()
    {
        System.Diagnostics.Process.GetProcessById(process!.Id).Kill();
        await process.Exited;
    }

    public IReadOnlyList<string> Output => process!.LastLines;

    public string Real(string relative) => Path.Combine(folder, "root", relative).TrimEnd(Path.DirectorySeparatorChar);

    public async Task<T> GetAsync<T>(string address) =>
        (await Http.GetFromJsonAsync<T>(address, LabJson.Options, TestContext.Current.CancellationToken))!;

    public Task<GroundTruth> TruthAsync() => GetAsync<GroundTruth>("truth");

    public Task<List<EventEntry>> EventsAsync(int after = 0, string log = "Application") =>
        GetAsync<List<EventEntry>>($"events?log={log}&after={after}");

    public async Task<ServiceInfo> ServiceAsync(string name) =>
        (await GetAsync<List<ServiceInfo>>("services")).Single(service => service.Name == name);

    /// <summary>Calls with a claim; returns the error, or null when it was done.</summary>
    public async Task<Refusal?> CallAsync(HttpMethod method, string address, object? body = null, string claim = "INC-1/1#1")
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Add(Caller.Header, claim);
        request.Content =
            body is byte[] bytes ? new ByteArrayContent(bytes)
            : body is null ? null
            : JsonContent.Create(body, options: LabJson.Options);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode
            ? null
            : await response.Content.ReadFromJsonAsync<Refusal>(LabJson.Options, TestContext.Current.CancellationToken);
    }

    public Task<Refusal?> PostAsync(string address, object? body = null) => CallAsync(HttpMethod.Post, address, body);

    public async Task DoAsync(string address, object? body = null) => Assert.Null(await PostAsync(address, body));

    public async Task<List<MoveResult>> MoveAsync(params MoveOrder[] moves)
    {
        var response = await Http.PostAsJsonAsync(
            "files/move",
            new MoveOrders(moves),
            LabJson.Options,
            TestContext.Current.CancellationToken
        );
        return (await response.Content.ReadFromJsonAsync<MoveResults>(LabJson.Options, TestContext.Current.CancellationToken))!.Results;
    }

    public async Task<List<DeleteResult>> DeleteAsync(IEnumerable<FileEntry> files)
    {
        var list = files.ToList();
        var response = await Http.PostAsJsonAsync(
            "files/delete",
            new DeleteOrders([.. list.Select(file => file.Path)], [.. list.Select(file => file.Id)]),
            LabJson.Options
        );
        return (await response.Content.ReadFromJsonAsync<DeleteResults>(LabJson.Options))!.Results;
    }

    public async Task<List<FileEntry>> FilesAsync(string path, string pattern = "*") =>
        (await GetAsync<Listing>($"files?folder={Uri.EscapeDataString(path)}&pattern={Uri.EscapeDataString(pattern)}")).Entries;

    public Task<Refusal?> SetRegistryAsync(string key, string name, string kind, object data) =>
        CallAsync(HttpMethod.Put, $"registry/values?key={Uri.EscapeDataString(key)}&name={Uri.EscapeDataString(name)}", new { kind, data });

    /// <summary>
    /// Waits until the mail service has stopped by itself and has said so: 1001 is its last word, and comes after the 4102.
    /// </summary>
    public async Task<List<EventEntry>> UntilStoppedAsync(int after = 0)
    {
        var events = new List<EventEntry>();
        await UntilAsync(
            async () =>
            {
                events = await EventsAsync(after);
                return events.Exists(entry => entry.Id == 4102)
                    && events.Exists(entry => entry.Id == 1001)
                    && (await ServiceAsync(Imc)).State == ServiceState.Stopped;
            },
            () => $"The mail service did not stop. Events: {string.Join(' ', events.Select(entry => entry.Id))}"
        );
        return await EventsAsync(after);
    }

    public Task UntilStateAsync(string service, ServiceState state) =>
        UntilAsync(async () => (await ServiceAsync(service)).State == state, () => $"{service} did not become {state}.");

    public async Task RestartAsync(string service)
    {
        await DoAsync($"services/{service}/stop");
        await UntilStateAsync(service, ServiceState.Stopped);
        await StartServiceAsync(service);
    }

    public async Task StartServiceAsync(string service)
    {
        await DoAsync($"services/{service}/start");
        await UntilStateAsync(service, ServiceState.Running);
    }

    /// <summary>Every good message is delivered exactly once, and each message is somewhere.</summary>
    public async Task GoodMailFlowsAsync()
    {
        GroundTruth? truth = null;
        await UntilAsync(
            async () => (truth = await TruthAsync()).Messages.All(message => message.Bad || message.State == MessageState.Delivered),
            () => $"Good mail did not flow: {string.Join(' ', truth!.Messages.CountBy(message => message.State))}"
        );
        Assert.All(truth!.Messages, message => Assert.Equal(message.State == MessageState.Delivered ? 1 : 0, message.Deliveries));
        Assert.DoesNotContain(truth.Messages, message => message.State == MessageState.Deleted);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var pace = new PeriodicTimer(LookAgain);
        while (!await condition())
        {
            try
            {
                await pace.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(otherwise());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    internal sealed record Refusal(string Error, int Code);

    internal sealed record Listing(List<FileEntry> Entries);

    private sealed record MoveResults(List<MoveResult> Results);

    private sealed record DeleteResults(List<DeleteResult> Results);
}

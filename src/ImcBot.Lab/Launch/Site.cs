using System.Diagnostics;
using ImcBot.Lab.Room;
using ImcBot.Lab.Wine;

namespace ImcBot.Lab.Launch;

/// <summary>
/// A whole practice site on this machine: the room in this process; its server, bot and relay as processes of their own, all on loopback.
/// Nothing is restarted silently: when a part dies, whoever runs the site is told.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>
    /// A first start proves every runbook, and a busy machine takes minutes for that. A part that ends is told at once.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly SiteOptions _options;
    private readonly TimeProvider _time;
    private readonly SiteSettings _settings;
    private readonly WebApplication _room;
    private SiteMemory _memory;
    private WinePrefix? _wine;

    private Site(SiteOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Directory.CreateDirectory(options.DataFolder);
        _memory = SiteMemory.Open(options);
        _memory.Keep(options.DataFolder);
        _settings = new SiteSettings(options, _memory);
        _room = RoomApp.Build(_settings.Room, time);
        Client = new RoomClient(Http, _settings.Room.Address);
    }

    public HttpClient Http { get; } = new();

    public RoomClient Client { get; }

    public Uri Page => _settings.Room.Address;

    public Uri ServerAddress => _settings.Room.Server!;

    public ISiteServer Practised => _settings.Server;

    /// <summary>Where each instance of Postfix takes mail; none where the server is another.</summary>
    public IReadOnlyList<int> MailPorts => _memory.Mail ?? [];

    /// <summary>Where the practised server keeps what it has.</summary>
    public string ServerFolder => _options.ServerFolder;

    public Uri BotAddress => new(_settings.Room.Bot, "/");

    /// <summary>How many of the bot's posts came faster than the channel takes them.</summary>
    public int PostsRefused => _room.Services.GetRequiredService<PostPace>().Refused;

    public Part? Server { get; private set; }

    public Part? Bot { get; private set; }

    public Part? Relay { get; private set; }

    public IEnumerable<Part> Parts => new[] { Server, Bot, Relay }.OfType<Part>();

    /// <summary>
    /// Starts everything in order and enrols the relay the first time. Throws <see cref="LabException"/> when a part does not come up.
    /// </summary>
    public static async Task<Site> OpenAsync(
        SiteOptions options,
        Action<string> tell,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var site = new Site(options, time);
        try
        {
            await site.StartAsync(tell, cancellationToken);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        Server = Start("server", "ImcBot.Lab", _settings.Server.Arguments, []);
        await ReadyAsync(Server, new Uri(ServerAddress, "host"), cancellationToken);
    }

    public async Task StartBotAsync(CancellationToken cancellationToken)
    {
        Bot = Start("bot", "ImcBot.Bot", ["serve"], _settings.Bot);
        await ReadyAsync(Bot, _settings.BotHealth, cancellationToken);
    }

    public void StartRelay() => Relay = StartRelay("relay", "run");

    /// <summary>Completes when another part ends that nobody asked to; the sentence says which and shows its last lines.</summary>
    /// <param name="known">The parts whose end was told already; the one that is told now is added.</param>
    public async Task<string> DeathAsync(ISet<Part> known, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Parts.FirstOrDefault(part => part.Died && !known.Contains(part)) is { } dead)
            {
                known.Add(dead);
                return Story(dead);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The relay first, so that it can say what it still has to say.
        foreach (var part in Parts.Reverse())
        {
            await part.DisposeAsync();
        }
        if (_wine is not null)
        {
            await _wine.EndAsync();
        }
        await _room.DisposeAsync();
        Http.Dispose();
    }

    private async Task StartAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        await _room.StartAsync(cancellationToken);
        var name = Practised.Host;
        if (_options.Wine)
        {
            tell("Making a Windows under Wine.");
            _wine = await WinePrefix.MakeAsync(_options.WineFolder, _options.ServerFolder, _options.WineRelay, cancellationToken);
            name = await _wine.NameAsync(cancellationToken);
        }

        tell($"Starting the {Practised.Called} {name}.");
        await StartServerAsync(cancellationToken);
        tell("Starting the bot.");
        await StartBotAsync(cancellationToken);
        await _room.Services.GetRequiredService<Conversations>().InstallInTeamAsync(cancellationToken);
        _settings.WriteRelayFiles();
        if (!_memory.RelayEnrolled)
        {
            tell("Enrolling the relay: a code in private, a fingerprint in the channel.");
            await new Enrolment(Client, name, EnrolAsync, _time).RunAsync(cancellationToken);
            _memory = _memory with { RelayEnrolled = true };
            _memory.Keep(_options.DataFolder);
        }
        tell("Starting the relay.");
        StartRelay();
    }

    private async Task EnrolAsync(string code, CancellationToken cancellationToken)
    {
        var relay = StartRelay("relay-enrol", "enrol", "--code", code);
        if (await relay.Exited.WaitAsync(cancellationToken) is not 0 and var exit)
        {
            throw new LabException($"The relay did not enrol (exit code {exit}): {string.Join(" ", relay.LastLines)}");
        }
    }

    private Part StartRelay(string name, params string[] arguments) =>
        _wine is { } wine ? Part.Start(name, wine.Start(wine.Relay, arguments), _settings.Relay, LogFolder, _time)
        : Practised.RelayPrefix is { Count: > 0 } prefix
            ? Part.Start(name, Within(prefix, Programs.Start("ImcBot.Relay", arguments)), _settings.Relay, LogFolder, _time)
        : Start(name, "ImcBot.Relay", arguments, _settings.Relay);

    private static ProcessStartInfo Within(IReadOnlyList<string> prefix, ProcessStartInfo start) =>
        new(prefix[0], [.. prefix.Skip(1), start.FileName, .. start.ArgumentList])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

    private Part Start(string name, string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment) =>
        Part.Start(name, program, arguments, environment, LogFolder, _time);

    private string LogFolder => Path.Combine(_options.DataFolder, "logs");

    private async Task ReadyAsync(Part part, Uri health, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (!await AnswersAsync(health, either.Token))
        {
            if (part.Exited.IsCompleted)
            {
                throw part is { Exited.Result: SkippedException.ExitCode, LastLines: [.., var why] }
                    ? new SkippedException(why)
                    : new LabException(Story(part));
            }
            if (patience.IsCancellationRequested)
            {
                throw new LabException(
                    $"The {part.Name} did not answer {health} within {Patience.TotalMinutes} minutes.{Environment.NewLine}{Story(part)}"
                );
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
        }
    }

    private async Task<bool> AnswersAsync(Uri health, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(health, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string Story(Part part)
    {
        var end = part.Exited.IsCompletedSuccessfully ? $"ended with exit code {part.Exited.Result}" : "is still running";
        var lines = part.LastLines;
        return $"The {part.Name} {end}. "
            + $"{(lines.Count == 0 ? "It wrote nothing."
                : $"Its last lines:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", lines)}")}";
    }
}

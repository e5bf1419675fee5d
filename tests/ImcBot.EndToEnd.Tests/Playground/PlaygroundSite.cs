using System.Diagnostics;
using ImcBot.Lab;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Playground;

/// <summary>
/// The Microsoft 365 Agents Playground in front of real bot, relay and practice server, all processes of their own on loopback.
/// </summary>
internal sealed class PlaygroundSite : IAsyncDisposable
{
    public const string TeamName = "Mail operations";

    private const string Channel = "channel-imcbot",
        Secret = "the playground's";

    private static readonly string[] Program = ["tests", "playground", "node_modules", "@microsoft", "m365agentsplayground", "cli.js"];

    private readonly SiteOptions _options;
    private readonly SiteSettings _settings;
    private readonly List<Part> _parts = [];
    private readonly HttpClient _http = new();

    private PlaygroundSite(SiteOptions options)
    {
        (_options, _settings) = (options, new SiteSettings(options, SiteMemory.Open(options)));
        Page = new Uri($"http://localhost:{Ports.Free()}/");
    }

    public Uri Page { get; }

    public PlaygroundDoor Door { get; private set; } = null!;

    public static async Task<PlaygroundSite> OpenAsync(SiteOptions options, CancellationToken cancellationToken)
    {
        var node = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "node"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(node is null, "No Node.js here: install the packages nodejs and npm.");
        var program = Programs.InRepository(Program);
        Assert.SkipWhen(
            program is null || !File.Exists(program),
            "The Agents Playground is not here: run 'npm ci --ignore-scripts' in tests/playground."
        );
        var site = new PlaygroundSite(options);
        try
        {
            await site.StartAsync(node!, program!, cancellationToken);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Uses an enrolment code; returns once the relay waits to be confirmed.</summary>
    public async Task EnrolAsync(string code, CancellationToken cancellationToken) =>
        Assert.Equal(
            0,
            await Start("relay-enrol", "ImcBot.Relay", ["enrol", "--code", code], _settings.Relay).Exited.WaitAsync(cancellationToken)
        );

    public void StartRelay() => Start("relay", "ImcBot.Relay", ["run"], _settings.Relay);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        if (Door is not null)
        {
            await Door.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task StartAsync(string node, string program, CancellationToken cancellationToken)
    {
        Door = await PlaygroundDoor.OpenAsync(_settings.Room);
        Start("server", "ImcBot.Lab", _settings.Server.Arguments, []);
        await ReadyAsync(new Uri(_settings.Room.Server!, "host"), cancellationToken);
        Start("bot", "ImcBot.Bot", ["serve"], Bot());
        await ReadyAsync(_settings.BotHealth, cancellationToken);
        _settings.WriteRelayFiles();
        await File.WriteAllTextAsync(Path.Combine(_options.DataFolder, ".m365agentsplayground.yml"), Team(), cancellationToken);
        var start = new ProcessStartInfo(
            node,
            [
                program,
                "start",
                "--app-endpoint",
                $"{new Uri(Door.Address, "api/messages")}",
                "--channel-id",
                "msteams",
                "--port",
                $"{Page.Port}",
                "--disable-telemetry",
            ]
        )
        {
            WorkingDirectory = _options.DataFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _parts.Add(Part.Start("playground", start, [], Logs, TimeProvider.System));
        await ReadyAsync(Page, cancellationToken);
    }

    private Dictionary<string, string> Bot()
    {
        var service = $"{new Uri(Page, "_connector")}";
        return new Dictionary<string, string>(_settings.Bot, StringComparer.Ordinal)
        {
            ["IDENTITY_ENDPOINT"] = $"{new Uri(Door.Address, "identity")}",
            ["IDENTITY_HEADER"] = Secret,
            ["IMCBOT__CHANNEL__CONVERSATION"] = Channel,
            ["IMCBOT__CHANNEL__METADATA"] = $"{new Uri(Door.Address, "openid")}",
            ["IMCBOT__CHANNEL__SERVICEURL"] = service,
            ["IMCBOT__CHANNEL__ALLOWEDSERVICEURLS__0"] = service,
        };
    }

    /// <summary>The Playground wants five people beside the one who sits before it.</summary>
    private string Team()
    {
        var people = ImcBot.Lab.Room.Team.People.Where(person => person != Door.Speaker).ToList();
        var others = Enumerable
            .Range(1, 5 - people.Count)
            .Select(number => new Person(
                $"other{number}",
                "Other",
                $"Number{number}",
                "",
                $"00000000-0000-0000-0000-00000000000{number}",
                $"other-{number}",
                ""
            ));
        return $"""
            version: "0.1.1"
            tenantId: {_settings.Room.TenantId}
            bot:
              id: "{_settings.Room.BotAccountId}"
              name: {_settings.Room.BotName}
            currentUser:
            {User(Door.Speaker, "  ")}
            users:
            {string.Join("\n", people.Concat(others).Select(person => "  - " + User(person, "    ").TrimStart()))}
            personalChat:
              id: personal-chat
            groupChat:
              id: group-chat
              name: Group Chat
            team:
              id: team-imcbot
              name: {TeamName}
              aadGroupId: {ImcBot.Lab.Room.Team.GroupId}
              channels:
                - id: {Channel}
                  name: Incidents
            """;
    }

    private static string User(Person person, string indent) =>
        string.Join(
            "\n",
            new[]
            {
                $"id: \"{person.AccountId}\"",
                $"name: {person.Name}",
                $"userPrincipleName: {person.Mail}",
                $"aadObjectId: {person.ObjectId}",
                $"givenName: {person.GivenName}",
                $"surname: {person.Surname}",
                $"email: {person.Mail}",
            }.Select(line => indent + line)
        );

    private string Logs => Path.Combine(_options.DataFolder, "logs");

    private Part Start(string name, string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var part = Part.Start(name, program, arguments, environment, Logs, TimeProvider.System);
        _parts.Add(part);
        return part;
    }

    private async Task ReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        while (true)
        {
            Assert.DoesNotContain(_parts, part => part.Died);
            try
            {
                using var response = await _http.GetAsync(address, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }
}

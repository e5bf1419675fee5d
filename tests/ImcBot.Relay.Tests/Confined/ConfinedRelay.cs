using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Tests.Kills;
using ImcBot.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ImcBot.Relay.Tests.Confined;

/// <summary>
/// The relay's own program on this very Linux, under the rights of the unit that <c>install</c> writes for its policy, led by a bot that
/// asks one thing after another. Its services are small programs of its own user; the files are root's, and nobody else may read them.
/// </summary>
internal sealed class ConfinedRelay : IAsyncDisposable
{
    /// <summary>A user that no system gives to anybody.</summary>
    public const uint User = 42_817;

    public const string Service = "confined-web",
        Journal = "/var/log/journal";

    private const string Daemons = "/usr/sbin/start-stop-daemon",
        Sleep = "/usr/bin/sleep";

    private readonly string _folder;
    private readonly WebApplication _app = Loopback.Builder().Build();
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );
    private readonly ServedBot _bot = new() { Impact = "destructive" };
    private readonly SmallDisk? _disk;
    private RelayProcess? _relay;
    private int _question;

    private ConfinedRelay()
    {
        // Under the unit /tmp is the relay's own, and homes are closed.
        _folder = Directory.CreateDirectory($"/var/lib/imcbot-confined-{Guid.NewGuid():N}").FullName;
        Room = Made("room", owner: 0);
        Run = Made("run", User);
        Hold = Made("hold", owner: 0);
        _disk = SmallDisk.TryMount(at: Path.Combine(_folder, "disk"));
        Jobs = Made("disk/jobs", owner: 0);
        Made("disk/ImcBotHold", owner: 0);
        Records = Made("journal", owner: 0);
        _patience.CancelAfter(TimeSpan.FromSeconds(40));
    }

    /// <summary>Root's folder that the policy lists as disposable.</summary>
    public string Room { get; }

    /// <summary>Where the service keeps its pid file and its log.</summary>
    public string Run { get; }

    /// <summary>Root's folder that the policy allows and lists as nothing.</summary>
    public string Hold { get; }

    /// <summary>Root's folder with the work of the service, on a volume of its own.</summary>
    public string Jobs { get; }

    /// <summary>What the relay sees in the place of the machine's journal.</summary>
    public string Records { get; }

    public string PidFile => Path.Combine(Run, "web.pid");

    public string Log => _relay!.Log;

    /// <summary>An address of this machine that answers 404.</summary>
    public Uri Url => new(new Uri(_app.Urls.First()), "nothing-here");

    /// <param name="altered">Takes something from the unit's text.</param>
    public static async Task<ConfinedRelay> StartAsync(Func<string, string>? altered = null)
    {
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        Assert.SkipWhen(UnitConfines.Missing is not null, UnitConfines.Missing ?? "");
        Assert.SkipUnless(File.Exists(Daemons), $"{Daemons} is not here: apt-get install dpkg.");
        var relay = new ConfinedRelay();
        await relay.OpenAsync(altered ?? (unit => unit));
        return relay;
    }

    /// <summary>A file of root's that nobody else may read.</summary>
    public string Put(string folder, string name, string content = "x")
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        UnixModes.Set(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-30));
        return path;
    }

    /// <summary>Names of the jobs that a search holds.</summary>
    public IEnumerable<string> HeldJobs() =>
        Directory
            .EnumerateFiles(Path.Combine(_folder, "disk", "ImcBotHold"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file))
            .Except(["manifest.json", "README.txt"]);

    /// <summary>What journald would have set aside, by its name; it holds nothing.</summary>
    public string PutArchivedJournal()
    {
        var folder = Made($"journal/{File.ReadAllText("/etc/machine-id").Trim()}", owner: 0);
        return Put(folder, $"system@{new string('0', 32)}-{1:x16}-{1_700_000_000_000_000:x16}.journal", new string('\0', 2 << 20));
    }

    public async Task<Report> CheckAsync(string use, params (string Name, string Value)[] with) =>
        await AskAsync(new Job(new RunId(Next(), 1), JobKind.Check, Check: Call.To(use, with)));

    /// <summary>Has it planned; the report says why not, where it is not possible.</summary>
    public async Task<(QuestionId Question, Report Report)> PlanAsync(string use, params (string Name, string Value)[] with)
    {
        var call = Call.To(use, with);
        return await PlanAsync(use == Catalog.ItemsSearch ? new([call], null, [], []) : new Remedy([], null, [call], []));
    }

    public async Task<(QuestionId Question, Report Report)> PlanAsync(Remedy remedy)
    {
        var question = Next();
        return (question, await AskAsync(new Job(new RunId(question, 1), JobKind.Plan, Remedy: remedy)));
    }

    public Task<Report> ActAsync(QuestionId question, Report planned, RoundOrder? order = null, int run = 1) =>
        AskAsync(
            new Job(
                new RunId(question, run),
                JobKind.Act,
                Plan: ContentDigest.Of(planned.Plan ?? throw new InvalidOperationException($"No plan: {planned.Summary}")),
                Order: order
            )
        );

    /// <summary>Plans and acts.</summary>
    public async Task<Report> DoAsync(string use, params (string Name, string Value)[] with)
    {
        var (question, planned) = await PlanAsync(use, with);
        return planned.Plan is null ? planned : await ActAsync(question, planned);
    }

    /// <summary>What the doctor says, run as the relay is: of what, whether all is well, and its sentence.</summary>
    /// <param name="byHand">Root runs it, outside of what confines the relay.</param>
    public async Task<IReadOnlyList<(string What, bool Well, string Said)>> DoctorAsync(bool byHand = false)
    {
        var (_, said) = await _relay!.SayAsync(byHand ? [] : _relay.Before, ["doctor", "--json"], _patience.Token);
        return
        [
            .. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.StartsWith('{'))
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(line =>
                    (line.GetProperty("what").GetString()!, line.GetProperty("ok").GetBoolean(), line.GetProperty("said").GetString()!)
                ),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        await _app.DisposeAsync();
        if (File.Exists(PidFile))
        {
            using var stop = Process.Start(
                Daemons,
                ["--stop", "--quiet", "--oknodo", "--signal", "KILL", "--exec", Sleep, "--pidfile", PidFile]
            );
            await stop.WaitForExitAsync();
        }

        _patience.Dispose();
        _disk?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Report> AskAsync(Job job)
    {
        try
        {
            return await _bot.AskAsync(job, _patience.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new InvalidOperationException($"No answer in time; the relay {(_relay!.HasEnded ? "has ended" : "lives")}:\n{Log}", late);
        }
    }

    private async Task OpenAsync(Func<string, string> altered)
    {
        _bot.Map(_app);
        await _app.StartAsync(_patience.Token);
        var data = Made("data", User);
        // The services of vectors have no part in a unit: where one is, systemd has them.
        var rights = new LinuxRights(Folders, [], SystemdSetup.Account);
        var unit = Assert.IsType<WriteStep>(SystemdSetup.Install(RelayProcess.Program!, data, null, rights)[0]).Content;
        (string, string)[] places = Directory.Exists(Journal) ? [(Records, Journal)] : [];
        _relay = new RelayProcess(data, _app.Urls.First(), _bot.GrantKeys) { Before = UnitConfines.Of(altered(unit), User, places) };
        _relay.Enrol();
        File.WriteAllText(Path.Combine(data, "policy.yaml"), Policy);
        foreach (var file in Directory.EnumerateFiles(data))
        {
            Own(file, User);
        }

        _relay.Environment["IMCBOT_RELAY__HOST__DRIVER"] = "linux";
        _relay.Environment["HOME"] = data;
        _relay.Start();
    }

    private string[] Folders => [Room, Hold, Run, Jobs, Path.Combine(_folder, "disk", "ImcBotHold"), Journal];

    private string Policy =>
        $$"""
            highest-impact: destructive
            folders: ['{{string.Join("', '", Folders)}}']
            disposable:
              - { folder: '{{Room}}', older-than: 1d }
            services:
              - name: {{Service}}
                start: [{{Daemons}}, --start, --quiet, --background, --make-pidfile, --pidfile, '{{PidFile}}', --exec, {{Sleep}}, --, '1000000']
                stop: [{{Daemons}}, --stop, --quiet, --remove-pidfile, --retry, TERM/5, --pidfile, '{{PidFile}}']
                reload: [/usr/bin/touch, '{{Run}}/reloaded']
                check: [/usr/bin/test, -r, /etc/passwd]
                pid-file: '{{PidFile}}'
                log: '{{Hold}}/web.log'
            commands:
              - name: mark
                does: Makes a mark
                impact: disruptive
                traits: [files]
                run: [/usr/bin/touch, '{{Hold}}/marked']
            starts-per-hour: 60
            store-crashes-per-incident: 50
            """;

    private string Made(string name, uint owner)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        UnixModes.Set(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(folder, owner);
        return folder;
    }

    private static void Own(string path, uint user)
    {
        using var own = Process.Start("/usr/bin/chown", [$"{user.ToString(CultureInfo.InvariantCulture)}:{user}", path]);
        own.WaitForExit();
    }

    private QuestionId Next() => new(7, ++_question);
}

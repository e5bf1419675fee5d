using ImcBot.Lab.Postfix;

namespace ImcBot.Lab.Launch;

/// <summary>A live Postfix of its own on this machine, or several, driven by the relay for Linux.</summary>
internal sealed class SitePostfix : ISiteServer
{
    private readonly SiteOptions options;
    private readonly int port;
    private readonly IReadOnlyList<PostfixFolder> instances;

    /// <param name="port">Of the practice API.</param>
    /// <param name="mailPorts">Where each instance takes mail.</param>
    public SitePostfix(SiteOptions options, int port, IReadOnlyList<int> mailPorts)
    {
        PostfixPackage.Need();
        PostfixPackage.NeedVolumes(options.Faults?.Split(',') ?? []);
        (this.options, this.port) = (options, port);
        instances = PostfixFolder.Of(options.ServerFolder, mailPorts);
        if (instances[0].Managed is not null)
        {
            PostfixPackage.NeedMounts("no instances be shown to postmulti");
        }

        LetIn(options.DataFolder);
    }

    public string Host => LinuxRelay.Host;

    public string Called => "practice Postfix";

    public string Service => instances[0].Service;

    public IReadOnlyList<string> RelayPrefix => instances[0].Managed?.Prefix ?? [];

    public string Scene => "postfix";

    /// <summary>A filter that hangs, a flood or an old certificate stands in no line of its log.</summary>
    public string? OpenedBy => $"open {Host} {instances[0].Subject}";

    public bool WaitsForAnother => options.Faults?.Split(',').Contains("destination") == true;

    public string Team => "Mail operations";

    public IReadOnlyList<string> Arguments =>
        [
            "postfix",
            "--port",
            $"{port}",
            "--data",
            options.ServerFolder,
            .. instances.SelectMany(instance => new[] { "--smtp", $"{instance.MailPort}" }),
            .. ISiteServer.Given("--faults", options.Faults),
            .. ISiteServer.Given("--count", options.Count),
            .. ISiteServer.Given("--seed", options.Seed),
            .. ISiteServer.Given("--mail", options.Mail),
        ];

    /// <summary>All stands in its files, so that every command of the relay finds it there.</summary>
    public IReadOnlyDictionary<string, string> Relay => new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> RelayFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["relay.json"] = Settings, ["policy.yaml"] = Policy };

    public IReadOnlyList<(string Word, string Action)> ByHand { get; } =
    [
        ("many files", "remove-old-files"),
        ("daemons in the chroot", "copy-into-jail"),
        ("Mend", "mend-settings"),
        ("Renew", "renew-certificate"),
        ("wait", ISiteServer.Wait),
    ];

    private string Settings =>
        LinuxRelay.Settings(
            instances.Select(instance => new
            {
                Name = instance.Subject,
                Runbook = "postfix-queue",
                instance.Service,
                Parameters = new
                {
                    Port = $"{instance.MailPort}",
                    instance.Queue,
                    Room = instance.Spool,
                    Log = instance.Logs,
                    Free = "4MB",
                    Inodes = "500",
                    instance.Certificate,
                    instance.Filter,
                    Age = "10min",
                },
            })
        );

    private string Policy =>
        $"""
            # The policy of the practice Postfix's relay: it is started, stopped and reloaded by a program that writes down each call.
            highest-impact: disruptive
            folders: [{string.Join(", ", instances.SelectMany(Touched).Select(LinuxRelay.Quoted))}]
            disposable:
            {Lines(instance => $"  - {'{'} folder: {LinuxRelay.Quoted(instance.Old)}, pattern: \"*.gz\", older-than: 7d {'}'}")}
            {Lines(instance => $"  - {'{'} folder: {LinuxRelay.Quoted(instance.Logs)}, pattern: \"*.gz\", older-than: 7d {'}'}")}
            services:
            {Lines(Services)}
            # A practice hour is a few minutes long.
            starts-per-hour: 60

            """;

    private static string Services(PostfixFolder instance) =>
        $"""
              - name: {instance.Service}
                display: Postfix
                {SettingsOf(instance)}
                start: [{LinuxRelay.Quoted(instance.Caller)}, start]
                stop: [{LinuxRelay.Quoted(instance.Caller)}, stop]
                reload: [{LinuxRelay.Quoted(instance.Caller)}, reload]
                status: [{LinuxRelay.Quoted(instance.Caller)}, status]
                check: [{PostfixPackage.Postfix}, -c, {LinuxRelay.Quoted(instance.Settings)}, check]
                log: {LinuxRelay.Quoted(instance.Log)}
                seconds: 20
              - name: {instance.Filter}
                display: mail filter
                start: [{LinuxRelay.Quoted(instance.Caller)}, start-filter]
                stop: [{LinuxRelay.Quoted(instance.Caller)}, stop-filter]
                pid-file: {LinuxRelay.Quoted(instance.FilterPid)}
                seconds: 20
            """;

    /// <summary>Of several instances postmulti says where each has its settings.</summary>
    private static string SettingsOf(PostfixFolder instance) =>
        instance.Managed is null ? $"settings: {LinuxRelay.Quoted(instance.Settings)}" : "# postmulti -l tells where its settings lie.";

    private string Lines(Func<PostfixFolder, string> line) => string.Join('\n', instances.Select(line));

    private static string[] Touched(PostfixFolder instance) =>
        [instance.Queue, instance.HeldPapers, instance.Settings, instance.Old, instance.Logs];

    /// <summary>Postfix gives up root's rights and has to come to its own folder below this one.</summary>
    private static void LetIn(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }
}

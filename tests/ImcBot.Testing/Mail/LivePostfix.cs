using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace ImcBot.Testing.Mail;

/// <summary>A Postfix of its own on this machine, with settings, queue and log in one folder; it listens on the loopback alone.</summary>
internal sealed class LivePostfix : IDisposable
{
    private const string Program = "/usr/sbin/postfix";

    /// <param name="next">The port of the next mail server.</param>
    /// <param name="filter">The port of the content filter; null for none.</param>
    /// <param name="queueOn">Where the queue lies; null: beside the rest.</param>
    public LivePostfix(int next, int? filter = null, bool longIds = true, string? queueOn = null, params string[] further)
    {
        Folder = Directory.CreateTempSubdirectory("imcbot-postfix-").FullName;
        Queue = Path.Combine(queueOn ?? Folder, "queue");
        foreach (var folder in new[] { Folder, Config, Queue, Path.Combine(Folder, "data"), Path.GetDirectoryName(Log)! })
        {
            Directory.CreateDirectory(folder);
            Run("chmod", "755", folder);
        }

        Run("chown", "postfix", Path.Combine(Folder, "data"));
        Run("chmod", "700", Path.Combine(Folder, "data"));
        File.WriteAllText(
            Path.Combine(Config, "main.cf"),
            Main(next, filter, longIds) + string.Concat(further.Select(line => line + "\n"))
        );
        File.WriteAllText(Path.Combine(Config, "master.cf"), Services());
    }

    public string Folder { get; }

    public string Queue { get; }

    public string Config => Path.Combine(Folder, "etc");

    public string Log => Path.Combine(Folder, "log", "mail.log");

    public string PidFile => Path.Combine(Queue, "pid", "master.pid");

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Where a filter gives back what it has passed.</summary>
    public int Back { get; } = Loopback.FreePort();

    /// <summary>Where every message is put into quarantine: its milter is away, and that is what was wished for then.</summary>
    public int Quarantine { get; } = Loopback.FreePort();

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() ? "This is no Linux."
        : !File.Exists(Program) ? $"{Program} is not here: apt-get install postfix."
        : Environment.UserName != "root" ? "A Postfix is started by root only."
        : null;

    public static IReadOnlyList<string> Vector(string config, string word) => [Program, "-c", config, word];

    public string ReadLog() => File.Exists(Log) ? File.ReadAllText(Log) : "";

    /// <summary>Returns once it greets.</summary>
    public async Task StartAsync()
    {
        // What it says is not waited for: the master that it leaves behind may keep the streams.
        using (var start = Begin(Program, "-c", Config, "start"))
        {
            start.StandardInput.Close();
            await start.WaitForExitAsync();
        }

        try
        {
            await UntilAsync(GreetsAsync);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message} Its log:\n{ReadLog()}", exception);
        }
    }

    private async Task<bool> GreetsAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            using var reader = new StreamReader(client.GetStream());
            return (await reader.ReadLineAsync())?.StartsWith("220", StringComparison.Ordinal) == true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }

    public void Stop() => Run(Program, "-c", Config, "stop");

    /// <summary>Sends a message and tells the id under which it was queued.</summary>
    public Task<string> SendAsync(string header, string sender = "someone@sender.test") => SendAsync(Port, header, sender);

    /// <summary>Sends messages, each once the one before it waits: Postfix may take up what has come together in any order.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> SendUntilDeferredAsync(params string[] headers)
    {
        var ids = new List<string>();
        foreach (var header in headers)
        {
            var id = await SendAsync(header);
            await UntilAsync(() => In("deferred").Contains(id));
            ids.Add(id);
        }

        return ids;
    }

    /// <summary>Gives a message back as the filter does that has passed it; it is not filtered again.</summary>
    public Task<string> GiveBackAsync(string header) => SendAsync(Back, header, "someone@sender.test");

    /// <summary>Sends a message that Postfix holds by itself.</summary>
    public Task<string> SendIntoQuarantineAsync(string header) => SendAsync(Quarantine, header, "someone@sender.test");

    private static async Task<string> SendAsync(int port, string header, string sender)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await reader.ReadLineAsync();
        var queued = "";
        foreach (
            var line in new[]
            {
                "HELO test",
                $"MAIL FROM:<{sender}>",
                "RCPT TO:<reader@next.test>",
                "DATA",
                $"{header}\r\n\r\ntext\r\n.",
                "QUIT",
            }
        )
        {
            await writer.WriteLineAsync(line);
            queued = await reader.ReadLineAsync() is { } reply && reply.Contains("queued as", StringComparison.Ordinal) ? reply : queued;
        }

        return queued[(queued.LastIndexOf(' ') + 1)..];
    }

    /// <summary>Many messages at once, by Postfix's own tool.</summary>
    public void SendMany(int count) =>
        Run(
            "/usr/sbin/smtp-source",
            "-m",
            $"{count}",
            "-l",
            "2000",
            "-s",
            "5",
            "-f",
            "many@sender.test",
            "-t",
            "reader@next.test",
            $"127.0.0.1:{Port}"
        );

    public string Ask(string program, params string[] words) => Run($"/usr/sbin/{program}", ["-c", Config, .. words]);

    /// <summary>The same, with something to read.</summary>
    public void Give(string input, string program, params string[] words) => Run(input, $"/usr/sbin/{program}", ["-c", Config, .. words]);

    /// <summary>Ids of what lies in a part of the queue.</summary>
    public IReadOnlyList<string> In(string part) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Queue, part), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>What lies in a part of the queue, each file with its time and a digest of its bytes.</summary>
    public IReadOnlyList<string> Look(string part) =>
        [
            .. In(part)
                .Select(id => Directory.GetFiles(Path.Combine(Queue, part), id, SearchOption.AllDirectories)[0])
                .Select(file =>
                    $"{file} {File.GetLastWriteTimeUtc(file):O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"
                ),
        ];

    /// <summary>Polls until it is so, generously.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string awaited = "")
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException($"It has not come to that within a minute: {awaited}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public static Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string awaited = "") =>
        UntilAsync(() => Task.FromResult(isSo()), awaited);

    public void Dispose()
    {
        Stop();
        Directory.Delete(Folder, recursive: true);
    }

    private static Process Begin(string program, params IEnumerable<string> words) =>
        Process.Start(
            new ProcessStartInfo(program, words)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;

    private static string Run(string program, params IEnumerable<string> words) => Run("", program, words);

    /// <summary>What it says is read while it reads: postsuper has a line for each message.</summary>
    private static string Run(string input, string program, IEnumerable<string> words)
    {
        using var process = Begin(program, words);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return output.GetAwaiter().GetResult();
    }

    private string Main(int next, int? filter, bool longIds) =>
        $"""
            compatibility_level = 3.6
            queue_directory = {Queue}
            data_directory = {Folder}/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = {Log}
            maillog_file_prefixes = {Folder}/log
            syslog_name = pf
            myhostname = mx.practice.test
            mydestination =
            local_recipient_maps =
            local_transport = error:no local mail here
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            relayhost = [127.0.0.1]:{next}
            enable_long_queue_ids = {(longIds ? "yes" : "no")}
            smtp_dns_support_level = disabled
            smtp_host_lookup = native
            smtpd_relay_restrictions = permit_mynetworks, reject
            alias_maps =
            alias_database =
            message_size_limit = 1000000
            {(filter is null ? "" : $"content_filter = scan:[127.0.0.1]:{filter}")}
            scan_destination_concurrency_limit = 1
            scan_initial_destination_concurrency = 1

            """;

    private string Services() =>
        $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            127.0.0.1:{Back} inet n - n - - smtpd
              -o content_filter=
            127.0.0.1:{Quarantine} inet n - n - - smtpd
              -o smtpd_milters=inet:127.0.0.1:9
              -o milter_default_action=quarantine
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            scan unix - - n - 1 smtp
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """;
}

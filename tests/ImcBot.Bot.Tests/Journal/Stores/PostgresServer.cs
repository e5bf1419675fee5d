using System.Diagnostics;
using System.Globalization;
using ImcBot.Bot.Tests.Journal.Stores;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace ImcBot.Bot.Tests.Journal.Stores;

/// <summary>
/// A PostgreSQL of the tests' own, from the system's binaries: started when the first test asks for it, on a socket in its own folder and
/// on no network, ended with the tests. It does not survive a power cut, which no test needs.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A role, to be made by a test, that the server asks for a password; nobody else is asked.</summary>
    internal const string WithPassword = "with_password";

    private const string User = "postgres",
        Locked = "locked";

    private readonly Lazy<Task<string?>> _started;
    private string? _folder;
    private Process? _server;
    private int _databases;

    public PostgresServer() => _started = new(StartAsync);

    /// <summary>The connection string of a new, empty database; skips the test where there is no PostgreSQL.</summary>
    internal static async Task<string> NewDatabaseAsync()
    {
        var server =
            await TestContext.Current.GetFixture<PostgresServer>() ?? throw new InvalidOperationException("The fixture is missing.");
        if (await server._started.Value is { } absent)
        {
            Assert.Skip(absent);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"journal_{Interlocked.Increment(ref server._databases)}");
        await using var connection = new NpgsqlConnection(server.At("postgres") + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return server.At(name);
    }

    /// <summary>
    /// The same database, owned by a role whose password this is: what Entra's token is to Azure's PostgreSQL. Without a pool: each
    /// connection logs in.
    /// </summary>
    internal static async Task<string> LockAsync(string connection, string role, string password)
    {
        await SqlAsync(
            connection,
            $"do $$ begin create role {Locked}; exception when duplicate_object then null; end $$; create role {role} login "
                + $"password '{password}' in role {Locked}; alter database {new NpgsqlConnectionStringBuilder(connection).Database} "
                + $"owner to {role}"
        );
        return new NpgsqlConnectionStringBuilder(connection) { Username = role, Pooling = false }.ToString();
    }

    internal static async Task SqlAsync(string connection, string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, open);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await RunAsync("kill", "-INT", _server.Id.ToString(CultureInfo.InvariantCulture));
            await _server.WaitForExitAsync(CancellationToken.None);
            _server.Dispose();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string At(string database) => $"Host={_folder};Database={database};Username=imcbot;Maximum Pool Size=20";

    /// <summary>Null once the server answers; else why there is none, as a sentence.</summary>
    private async Task<string?> StartAsync()
    {
        const string root = "/usr/lib/postgresql";
        var binaries = Directory.Exists(root)
            ? Directory
                .GetDirectories(root)
                .Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "postgres")))
                .OrderByDescending(bin => bin, StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
        if (binaries is null)
        {
            return $"There is no PostgreSQL on this machine ({root}/*/bin/postgres). Install the package postgresql.";
        }

        _folder = Directory.CreateTempSubdirectory("imcbot-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", User, _folder);
        }

        var data = Path.Combine(_folder, "data");
        await RunAsync([
            .. AsItself(),
            Path.Combine(binaries, "initdb"),
            "-D",
            data,
            "-U",
            "imcbot",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ]);
        await File.WriteAllTextAsync(
            Path.Combine(data, "pg_hba.conf"),
            $"local all {WithPassword} password\nlocal all +{Locked} password\nlocal all all trust\n"
        );
        _server = Start([
            .. AsItself(),
            Path.Combine(binaries, "postgres"),
            "-D",
            data,
            "-k",
            _folder,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "shared_buffers=16MB",
            "-c",
            "max_connections=200",
            "-c",
            "lc_messages=C",
        ]);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _server.EnableRaisingEvents = true;
        _server.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"PostgreSQL ended: {string.Join(' ', said)}"));
        _server.ErrorDataReceived += (_, line) =>
        {
            said.Add(line.Data ?? "");
            if (line.Data?.Contains("ready to accept connections", StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await ready.Task;
        return null;
    }

    // The server refuses to run as root. setpriv becomes the server, so its process id is the server's.
    private static string[] AsItself() =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--"] : [];

    private static Process Start(params string[] command) =>
        Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = "/",
            }
        ) ?? throw new InvalidOperationException($"{command[0]} did not start.");

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        process.BeginOutputReadLine();
        var problem = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {problem}");
    }
}

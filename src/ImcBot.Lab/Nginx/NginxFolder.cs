namespace ImcBot.Lab.Nginx;

/// <summary>
/// Where a practice nginx of its own lives: settings, page, logs and pid file below one folder, so that it needs no rights and touches no
/// other nginx of this machine.
/// </summary>
/// <param name="webPort">What it listens on, at 127.0.0.1 only.</param>
internal sealed class NginxFolder(string root, int webPort)
{
    /// <summary>What the relay calls it.</summary>
    public const string Service = "nginx";

    private static readonly string[] Programs = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];

    private readonly Lock _writing = new();

    /// <summary>The settings as this program wrote them last, or saw them; null until it did.</summary>
    private string? _known;

    public string Root { get; } = Path.GetFullPath(root);

    public int WebPort => webPort;

    public Uri Health => new($"https://127.0.0.1:{webPort}/health");

    /// <summary>The nginx of this machine. Throws <see cref="SkippedException"/> where there is none.</summary>
    public static string Program =>
        Programs.FirstOrDefault(File.Exists)
        ?? throw new SkippedException(
            "nginx is not installed on this machine. On Debian and Ubuntu this brings it: apt-get install nginx-light"
        );

    public string State => Directory.CreateDirectory(Path.Combine(Root, "state")).FullName;

    public string Settings => Path.Combine(Root, "nginx.conf");

    public string PidFile => Path.Combine(Root, "nginx.pid");

    public string Logs => Path.Combine(Root, "logs");

    public string ErrorLog => Path.Combine(Logs, "error.log");

    public string AccessLog => Path.Combine(Logs, "access.log");

    public string Certificate => Path.Combine(Root, "certificate.pem");

    public string CertificateKey => Path.Combine(Root, "certificate.key");

    /// <summary>Who has issued the certificate; the practice's relay trusts it.</summary>
    public string Authority => Path.Combine(Root, "authority.pem");

    /// <summary>While it is there, people do not want nginx to run.</summary>
    public string SwitchedOff => Path.Combine(Root, "switched-off");

    /// <summary>Starts, stops and reloads nginx for the relay, and writes down that it was asked.</summary>
    public string Caller => Path.Combine(Root, "call-nginx");

    /// <summary>What <see cref="Caller"/> has written: a time and what was asked, a line each.</summary>
    public string Calls => Path.Combine(State, "calls");

    /// <summary>What every call of nginx begins with.</summary>
    public IReadOnlyList<string> Arguments => ["-p", Root, "-c", Settings, "-e", ErrorLog];

    /// <summary>False when it was made before.</summary>
    public bool Make()
    {
        if (File.Exists(Caller))
        {
            return false;
        }

        foreach (var folder in new[] { Root, State, Logs, Path.Combine(Root, "temp"), Path.Combine(Root, "html") })
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(
            Path.Combine(Root, "html", "index.html"),
            "<!doctype html><title>Practice</title><p>This page is served by nginx.\n"
        );
        WriteSettings();
        ShellScript.Write(Caller, CallerScript());
        return true;
    }

    /// <summary>Whether other hands have changed the settings since this was asked last, or since this program wrote them.</summary>
    public bool HaveSettingsChanged()
    {
        lock (_writing)
        {
            var (known, now) = (_known, File.ReadAllText(Settings));
            _known = now;
            return known is not null && known != now;
        }
    }

    /// <summary>Paths in them count from the folder that nginx is started with.</summary>
    /// <param name="further">A line that stands at their end.</param>
    public void WriteSettings(string further = "")
    {
        var settings = $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            pid nginx.pid;
            error_log logs/error.log notice;
            events { worker_connections 64; }
            http {
                access_log logs/access.log;
                client_body_temp_path temp/body;
                proxy_temp_path logs/pages;
                fastcgi_temp_path temp/fastcgi;
                uwsgi_temp_path temp/uwsgi;
                scgi_temp_path temp/scgi;
                server {
                    listen 127.0.0.1:{{webPort}} ssl;
                    ssl_certificate certificate.pem;
                    ssl_certificate_key certificate.key;
                    location / { root html; }
                    location = /well { default_type text/plain; return 200 "well\n"; }
                    # As a proxy does, it keeps its last page on the volume of its logs: full, nobody is answered.
                    location = /health {
                        proxy_pass https://127.0.0.1:{{webPort}}/well;
                        root logs;
                        proxy_store on;
                    }
                }
            }
            {{further}}

            """;
        lock (_writing)
        {
            File.WriteAllText(Settings, settings);
            _known = settings;
        }
    }

    private string CallerScript() =>
        $"""
            #!/bin/sh
            # What the relay asks of nginx is written down here before it is done: the practice server's own record is made of it.
            set -e
            case "$1" in
            start) set -- start ;;
            stop) set -- stop -s quit ;;
            reload) set -- reload -s reload ;;
            *) echo "use: $0 start|stop|reload" >&2; exit 2 ;;
            esac
            echo "$(date +%s%6N) $1" >> {ShellScript.Quoted(Calls)}
            shift
            exec {ShellScript.Quoted(Program)} {string.Join(' ', Arguments.Select(ShellScript.Quoted))} "$@"

            """;
}

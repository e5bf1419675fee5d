using System.CommandLine;
using ImcBot.Lab.Nginx;
using ImcBot.Lab.Postfix;
using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Antivirus;
using ImcBot.Lab.Server.MailService;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Commands;

/// <summary>The subcommands that run the practice server and, hidden, its service processes.</summary>
internal static class ServerCommands
{
    public static IEnumerable<Command> All() =>
        [
            Server(),
            Nginx(),
            Postfix(),
            Filter(),
            Process("ims", MailServiceProcess.RunAsync),
            Process("store", StoreProcess.RunAsync),
            Process("antivirus", AntivirusProcess.RunAsync),
            TakePort(),
        ];

    private static Command Server()
    {
        var count = Count(200, "Messages waiting in In at the first start.");
        var seed = Seed("Decides names, order, contents and defects.");
        var faults = Faults("disk, log, antivirus, message:3, message:blank-charset, threads, build, poison");
        var mail = Mail();
        var arrivals = new Option<int>("--arrivals") { Description = "Messages a minute that arrive over SMTP." };
        var wine = new Option<string?>("--wine")
        {
            Description = "Folder of a Windows prefix (src/ImcBot.Lab/Wine) that shows this server as a Windows server.",
        };
        var services = new Option<string>("--services")
        {
            Description = "Comma-separated names of further services, which only run until they fail at the console.",
            DefaultValueFactory = _ => "",
        };
        var stopLimit = new Option<int>("--stop-limit")
        {
            Description = "Seconds after which a service that hangs while stopping is ended.",
            DefaultValueFactory = _ => 2,
        };
        return Practice(
            "server",
            "Runs the practice Exchange server until it is interrupted.",
            (root, parsed) =>
                new ExchangeServer(
                    new ServerOptions(root)
                    {
                        Count = parsed.GetValue(count),
                        Seed = parsed.GetValue(seed),
                        Faults = Listed(parsed.GetValue(faults)!),
                        Mail = parsed.GetValue(mail),
                        Arrivals = parsed.GetValue(arrivals),
                        Wine = parsed.GetValue(wine),
                        StopLimit = parsed.GetValue(stopLimit),
                        Services = Listed(parsed.GetValue(services)!),
                    },
                    TimeProvider.System
                ),
            count,
            seed,
            faults,
            mail,
            arrivals,
            wine,
            services,
            stopLimit
        );
    }

    private static Command Nginx()
    {
        var web = new Option<int>("--web") { Description = "Port on 127.0.0.1 that nginx serves.", Required = true };
        var faults = Faults(string.Join(", ", NginxFaults.Names));
        return Practice(
            "nginx",
            "Runs a practice nginx until it is interrupted.",
            (root, parsed) =>
                new NginxServer(new NginxFolder(root, parsed.GetValue(web)), Listed(parsed.GetValue(faults)!), TimeProvider.System),
            web,
            faults
        );
    }

    private static Command Postfix()
    {
        var mailPorts = new Option<int[]>("--smtp")
        {
            Description = "Port on 127.0.0.1 that Postfix takes mail on; a second one makes a second instance.",
            Required = true,
        };
        var count = Count(30, "Messages sent at the first start.");
        var seed = Seed("Decides the contents of the mail.");
        var mail = Mail();
        var faults = Faults(FaultName.All);
        return Practice(
            "postfix",
            "Runs a practice Postfix until it is interrupted.",
            (root, parsed) =>
                new PostfixServer(
                    new PostfixOptions(
                        Path.GetFullPath(root),
                        parsed.GetValue(mailPorts)!,
                        Listed(parsed.GetValue(faults)!),
                        parsed.GetValue(count),
                        parsed.GetValue(seed),
                        parsed.GetValue(mail)
                    ),
                    TimeProvider.System
                ),
            mailPorts,
            count,
            seed,
            mail,
            faults
        );
    }

    private static Command Filter()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1 that it takes mail on.", Required = true };
        var next = new Option<int>("--next") { Description = "Port on 127.0.0.1 that it hands mail on to.", Required = true };
        var command = new Command("mail-filter", "The content filter of a practice Postfix.") { port, next };
        command.Hidden = true;
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                await new MailFilter(parsed.GetValue(port), parsed.GetValue(next), TimeProvider.System).RunAsync(cancellationToken);
                return 0;
            }
        );
        return command;
    }

    private static Command TakePort()
    {
        var port = new Argument<int>("port");
        var command = new Command(PortThief.Command, "A program that is in nginx's way, which the practice server starts.")
        {
            Hidden = true,
            Arguments = { port },
        };
        command.SetAction((parsed, _) => PortThief.RunAsync(parsed.GetValue(port)));
        return command;
    }

    /// <summary>A practice server with its practice API.</summary>
    /// <param name="make">Makes it in its folder.</param>
    private static Command Practice(string name, string does, Func<string, ParseResult, IPracticeServer> make, params Option[] own)
    {
        var root = new Option<string>("--root", "--data") { Description = "Folder of the server and its state.", Required = true };
        var port = new Option<int>("--port") { Description = "HTTP port of the practice API on 127.0.0.1; 0 takes a free one." };
        var urlFile = new Option<string?>("--url-file") { Description = "File that receives the server's URL." };
        var command = new Command(name, does) { root, port, urlFile };
        foreach (var option in own)
        {
            command.Add(option);
        }

        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var server = make(parsed.GetValue(root)!, parsed);
                return await PracticeServer.RunAsync(server, parsed.GetValue(port), parsed.GetValue(urlFile), cancellationToken);
            }
        );
        return command;
    }

    private static Option<int> Count(int usual, string does) => new("--count") { Description = does, DefaultValueFactory = _ => usual };

    private static Option<int> Seed(string does) => new("--seed") { Description = does, DefaultValueFactory = _ => 1 };

    private static Option<string?> Mail() => new("--mail") { Description = "Folder tree of message files to use as good mail." };

    private static Option<string> Faults(string known) =>
        new("--faults") { Description = $"Comma-separated: {known}.", DefaultValueFactory = _ => "" };

    private static string[] Listed(string words) =>
        words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Command Process(string name, Func<Task<int>> run)
    {
        var command = new Command(name, "A service process of the practice server, which starts it.") { Hidden = true };
        command.SetAction((_, _) => run());
        return command;
    }
}

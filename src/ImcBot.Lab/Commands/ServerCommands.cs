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
        var root = new Option<string>("--root", "--data") { Description = "Folder for the server's drives and state.", Required = true };
        var port = new Option<int>("--port") { Description = "HTTP port on 127.0.0.1; 0 takes a free one." };
        var count = new Option<int>("--count")
        {
            Description = "Messages waiting in In at the first start.",
            DefaultValueFactory = _ => 200,
        };
        var seed = new Option<int>("--seed") { Description = "Decides names, order, contents and defects.", DefaultValueFactory = _ => 1 };
        var faults = new Option<string>("--faults")
        {
            Description = "Comma-separated: disk, log, antivirus, message:3, message:blank-charset, threads, build, poison.",
            DefaultValueFactory = _ => "",
        };
        var mail = new Option<string?>("--mail") { Description = "Folder tree of message files to use as good mail." };
        var arrivals = new Option<int>("--arrivals") { Description = "Messages a minute that arrive over SMTP." };
        var urlFile = new Option<string?>("--url-file") { Description = "File that receives the server's URL." };
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
        var command = new Command("server", "Runs the practice Exchange server until it is interrupted.")
        {
            root,
            port,
            count,
            seed,
            faults,
            mail,
            arrivals,
            urlFile,
            wine,
            services,
            stopLimit,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var options = new ServerOptions(parsed.GetValue(root)!)
                {
                    Port = parsed.GetValue(port),
                    Count = parsed.GetValue(count),
                    Seed = parsed.GetValue(seed),
                    Faults = Listed(parsed.GetValue(faults)!),
                    Mail = parsed.GetValue(mail),
                    Arrivals = parsed.GetValue(arrivals),
                    UrlFile = parsed.GetValue(urlFile),
                    Wine = parsed.GetValue(wine),
                    StopLimit = parsed.GetValue(stopLimit),
                    Services = Listed(parsed.GetValue(services)!),
                };
                using var server = new ExchangeServer(options, TimeProvider.System);
                return await PracticeServer.RunAsync(server, options.Port, options.UrlFile, cancellationToken);
            }
        );
        return command;
    }

    private static Command Nginx()
    {
        var root = new Option<string>("--root", "--data") { Description = "Folder for nginx and the server's state.", Required = true };
        var port = new Option<int>("--port") { Description = "HTTP port of the practice API on 127.0.0.1; 0 takes a free one." };
        var web = new Option<int>("--web") { Description = "Port on 127.0.0.1 that nginx serves.", Required = true };
        var faults = new Option<string>("--faults")
        {
            Description = $"Comma-separated: {string.Join(", ", NginxFaults.Names)}.",
            DefaultValueFactory = _ => "",
        };
        var urlFile = new Option<string?>("--url-file") { Description = "File that receives the server's URL." };
        var command = new Command("nginx", "Runs a practice nginx until it is interrupted.") { root, port, web, faults, urlFile };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var server = new NginxServer(
                    new NginxFolder(parsed.GetValue(root)!, parsed.GetValue(web)),
                    Listed(parsed.GetValue(faults)!),
                    TimeProvider.System
                );
                return await PracticeServer.RunAsync(server, parsed.GetValue(port), parsed.GetValue(urlFile), cancellationToken);
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

    private static Command Postfix()
    {
        var root = new Option<string>("--root", "--data") { Description = "Folder for Postfix and the server's state.", Required = true };
        var port = new Option<int>("--port") { Description = "HTTP port of the practice API on 127.0.0.1; 0 takes a free one." };
        var mailPorts = new Option<int[]>("--smtp")
        {
            Description = "Port on 127.0.0.1 that Postfix takes mail on; a second one makes a second instance.",
            Required = true,
        };
        var count = new Option<int>("--count") { Description = "Messages sent at the first start.", DefaultValueFactory = _ => 30 };
        var seed = new Option<int>("--seed") { Description = "Decides the contents of the mail.", DefaultValueFactory = _ => 1 };
        var mail = new Option<string?>("--mail") { Description = "Folder tree of message files to use as good mail." };
        var faults = new Option<string>("--faults") { Description = $"Comma-separated: {FaultName.All}.", DefaultValueFactory = _ => "" };
        var urlFile = new Option<string?>("--url-file") { Description = "File that receives the server's URL." };
        var command = new Command("postfix", "Runs a practice Postfix until it is interrupted.")
        {
            root,
            port,
            mailPorts,
            count,
            seed,
            mail,
            faults,
            urlFile,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var options = new PostfixOptions(
                    Path.GetFullPath(parsed.GetValue(root)!),
                    parsed.GetValue(mailPorts)!,
                    Listed(parsed.GetValue(faults)!),
                    parsed.GetValue(count),
                    parsed.GetValue(seed),
                    parsed.GetValue(mail)
                );
                using var server = new PostfixServer(options, TimeProvider.System);
                return await PracticeServer.RunAsync(server, parsed.GetValue(port), parsed.GetValue(urlFile), cancellationToken);
            }
        );
        return command;
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

    private static string[] Listed(string words) =>
        words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Command Process(string name, Func<string[], Task<int>> run)
    {
        var command = new Command(name, "A service process of the practice server, which starts it.") { Hidden = true };
        command.SetAction((_, _) => run([]));
        return command;
    }
}

using System.CommandLine;
using ImcBot.Lab.Launch;

namespace ImcBot.Lab.Commands;

/// <summary><c>imcbot-lab run</c>, also without any subcommand: the practice room until Ctrl+C.</summary>
internal static class RunCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "Where the page is; 0 takes a free port." };

    private static readonly Option<DirectoryInfo?> Data = new("--data")
    {
        Description = "Keeps everything of the run; start on it again to go on. Default: a new folder below the system's temporary one.",
    };

    private static readonly Option<DirectoryInfo?> Mail = new("--mail")
    {
        Description = "A folder of message files to practise on; the server has its own otherwise.",
    };

    private static readonly Option<string> Server = new("--server")
    {
        Description =
            "exchange: a mail server of 2002; nginx: a live web server of this machine's package; or postfix: a live mail server of it.",
        DefaultValueFactory = _ => "exchange",
    };

    /// <summary>Of every command that starts a practice Postfix.</summary>
    public static readonly Option<int> Instances = new("--instances")
    {
        Description = "With --server postfix: how many there are, each with mail of its own; what is wrong is wrong with the first.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> Plain = new("--plain") { Description = RoomCommand.PlainHelp };

    public static Command Create()
    {
        var command = new Command("run", "Starts server, bot and relay and opens the chat room (default).");
        Add(command);
        return command;
    }

    /// <summary>Gives a command the options and the work of <c>run</c>.</summary>
    public static void Add(Command command)
    {
        command.Options.Add(Port);
        command.Options.Add(Data);
        command.Options.Add(Mail);
        command.Options.Add(Server.AcceptOnlyFromAmong("exchange", "nginx", "postfix"));
        command.Options.Add(Instances);
        command.Options.Add(Plain);
        command.SetAction(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Console.WriteLine("A practice room is being opened: the server first, then the bot, then the relay.");
        var data = parsed.GetValue(Data)?.FullName ?? Directory.CreateTempSubdirectory("imcbot-lab-").FullName;
        var options = new SiteOptions(data, parsed.GetValue(Port))
        {
            Mail = parsed.GetValue(Mail)?.FullName,
            Nginx = parsed.GetValue(Server) == "nginx",
            Postfix = parsed.GetValue(Server) == "postfix" ? parsed.GetValue(Instances) : 0,
            IsPlain = parsed.GetValue(Plain),
        };
        try
        {
            await using var site = await Site.OpenAsync(options, Console.WriteLine, TimeProvider.System, cancellationToken);
            Console.WriteLine($"The practice room is open: {site.Page}");
            Console.WriteLine($"Everything of this run is in {data}; Ctrl+C ends it, --data {data} goes on with it.");
            for (var dead = new HashSet<Part>(); ; )
            {
                Console.WriteLine(await site.DeathAsync(dead, cancellationToken));
                Console.WriteLine(
                    "The others go on, so that its absence can be practised. Nothing starts it again by itself: Ctrl+C ends the others, "
                        + $"then --data {data} brings everything back."
                );
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine("Ended.");
            return 0;
        }
    }
}

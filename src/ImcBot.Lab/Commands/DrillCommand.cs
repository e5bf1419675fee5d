using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Nginx;
using ImcBot.Lab.Postfix;

namespace ImcBot.Lab.Commands;

/// <summary>
/// <c>imcbot-lab drill</c>: one incident with scripted people; exit code 0 only when it was resolved and nothing was lost.
/// </summary>
internal static class DrillCommand
{
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var faults = new Option<string>("--faults")
        {
            Description =
                "What is wrong, with commas: disk, log, antivirus, message:K, threads, build, poison; of nginx "
                + $"{string.Join(", ", NginxFaults.Names)}; of postfix {FaultName.All}.",
            Required = true,
        };
        var mail = new Option<string?>("--mail")
        {
            Description = "A folder tree of good message files; bad ones are made from them. Default: the server's own.",
        };
        var count = new Option<int?>("--count") { Description = "How many messages wait at the start." };
        var answers = new Option<string>("--answers")
        {
            Description = "approve, deny, or a file with one answer per line.",
            DefaultValueFactory = _ => "approve",
        };
        var server = new Option<string>("--server")
        {
            Description =
                "lab; wine: a Windows prefix with the relay for Windows in it; nginx: a live web server; or postfix: a live mail server.",
            DefaultValueFactory = _ => "lab",
        };
        server.AcceptOnlyFromAmong("lab", "wine", "nginx", "postfix");
        var relay = new Option<DirectoryInfo?>("--relay")
        {
            Description = "With --server wine: the relay published for win-x64. Default: it is published.",
        };
        var seed = new Option<int?>("--seed") { Description = "Makes the server's choices repeatable." };
        var runbooks = new Option<DirectoryInfo?>("--runbooks")
        {
            Description = "The folder of runbooks to practise with. Default: those of the repository.",
        };
        var minutes = new Option<double>("--minutes") { Description = "Gives up after so long.", DefaultValueFactory = _ => 10 };
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = "Keeps everything of the drill. Default: a new folder below the system's temporary one.",
        };
        var entra = new Option<bool>("--relay-entra") { Description = "The relay signs in with a managed identity instead of its key." };
        var plain = new Option<bool>("--plain") { Description = RoomCommand.PlainHelp };
        var json = new Option<bool>("--json") { Description = "Print nothing but the result, one JSON object on the last line." };
        var command = new Command("drill", "Walks one incident without a browser, for people who test runbooks and for CI.")
        {
            faults,
            mail,
            count,
            answers,
            server,
            RunCommand.Instances,
            relay,
            seed,
            runbooks,
            minutes,
            data,
            entra,
            plain,
            json,
        };
        command.Validators.Add(given =>
        {
            if (given.GetValue(entra) && given.GetValue(server) != "lab")
            {
                given.AddError("--relay-entra works with --server lab only: the other relays sign in with their key.");
            }
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var folder = parsed.GetValue(data)?.FullName ?? Directory.CreateTempSubdirectory("imcbot-drill-").FullName;
                var site = new SiteOptions(folder)
                {
                    Mail = MailFolder(parsed.GetValue(mail)),
                    Count = parsed.GetValue(count),
                    Seed = parsed.GetValue(seed),
                    Faults = parsed.GetValue(faults),
                    Nginx = parsed.GetValue(server) == "nginx",
                    Postfix = parsed.GetValue(server) == "postfix" ? parsed.GetValue(RunCommand.Instances) : 0,
                    Wine = parsed.GetValue(server) == "wine",
                    WineRelay = parsed.GetValue(relay)?.FullName,
                    RelayByEntra = parsed.GetValue(entra),
                    IsPlain = parsed.GetValue(plain),
                    Runbooks = parsed.GetValue(runbooks)?.FullName,
                };
                var options = new DrillOptions(
                    site,
                    AnswerSheet.Read(parsed.GetValue(answers)!),
                    TimeSpan.FromMinutes(parsed.GetValue(minutes))
                );
                Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
                var result = await new Drill(options, tell, TimeProvider.System).RunAsync(cancellationToken);
                Console.WriteLine(JsonSerializer.Serialize(result, Line));
                return result.IsGood ? 0 : 1;
            }
        );
        return command;
    }

    private static string? MailFolder(string? folder)
    {
        if (folder is null)
        {
            return null;
        }
        if (!Directory.Exists(folder))
        {
            throw new LabException($"There is no mail folder {folder}: give a folder of message files with --mail, or leave it out.");
        }
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any()
            ? Path.GetFullPath(folder)
            : throw new LabException($"The mail folder {folder} is empty: put message files into it, or leave --mail out.");
    }
}

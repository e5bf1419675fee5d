using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ImcBot.Bot.Commands;
using ImcBot.Bot.Tests.Incidents;
using ImcBot.Core.Runbooks;
using ImcBot.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ImcBot.Bot.Tests.Commands;

public sealed class The_command_line_says_what_to_do
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Everything_that_is_wrong_with_the_settings_is_said_at_once()
    {
        var exception = Assert.Throws<CommandException>(() =>
            ServeCommand.Build([
                "Bot:GrantMinutes=0",
                "Bot:Runbooks=/nowhere",
                "Bot:PublicUrl=ftp://x",
                "Bot:JournalKey=a.key",
                "Bot:GrantKey=a.key",
                "Channel:AppId=",
            ])
        );

        Assert.Contains("Bot:GrantMinutes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Bot:Runbooks", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Bot:PublicUrl", exception.Message, StringComparison.Ordinal);
        Assert.Contains("different keys", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Channel:AppId", exception.Message, StringComparison.Ordinal);
        Assert.Contains("OnCall:Roles", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Each shipped one is proved where proofs are tested; the command proves the smallest of them.</summary>
    [Fact]
    public async Task The_shipped_runbooks_can_be_used_and_a_broken_one_names_its_line()
    {
        Assert.Equal(0, await RunAsync("runbook", "check", Repository.Path("manifests/runbooks/samples/Q300931.yaml")));
        foreach (var file in Directory.GetFiles(Repository.Path("manifests/runbooks"), "*.yaml", SearchOption.AllDirectories))
        {
            Assert.Equal(0, await RunAsync("runbook", "show", file));
        }

        var broken = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "broken.yaml");
        await File.WriteAllTextAsync(broken, "id: X\nsteps: 7\n", Token);
        var exception = await Assert.ThrowsAsync<RunbookException>(() => RunAsync("runbook", "check", broken));
        Assert.Contains("broken.yaml:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_the_catalog_is_the_catalog() =>
        Assert.True(
            File.ReadAllText(Repository.Path("manifests/runbooks/catalog.md")).ReplaceLineEndings("\n") == CatalogPage.Markdown,
            "The catalog has changed: make the page anew with 'imcbot catalog --markdown > manifests/runbooks/catalog.md'."
        );

    [Fact]
    public async Task The_catalog_is_listed_and_what_is_not_in_it_is_wrong_use()
    {
        Assert.Equal(0, await RunAsync("catalog", "service", "--json"));

        var exception = await Assert.ThrowsAsync<CommandException>(() => RunAsync("catalog", "nothing"));
        Assert.Equal(2, exception.ExitCode);
    }

    [Fact]
    public async Task A_new_runbook_checks_as_it_stands()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "new.yaml");
        await File.WriteAllTextAsync(file, RunbookSkeleton.Of("Q1", "Spooler"), Token);

        Assert.Equal(0, await RunAsync("runbook", "new", "--id", "Q1", "--service", "Spooler"));
        Assert.Equal(0, await RunAsync("runbook", "check", file));
        Assert.Equal(0, await RunAsync("runbook", "calls", file));
        Assert.Equal(2, (await Assert.ThrowsAsync<CommandException>(() => RunAsync("runbook", "new", "--id", "a b"))).ExitCode);
    }

    [Fact]
    public async Task An_export_from_the_data_folder_verifies_and_a_changed_one_does_not()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        var file = Path.Combine(room.Folder, "out.jsonl");

        Assert.Equal(0, await RunAsync("export", "INC-1", "--format", "jsonl", "--out", file, "--data", room.Folder));
        Assert.Equal(0, await RunAsync("transcript", "verify", file));
        Assert.Equal(0, await RunAsync("transcript", "verify", file, "--key", room.Key.Print));
        Assert.Equal(1, await RunAsync("transcript", "verify", file, "--key", new string('0', 64)));
        Assert.Equal(0, await RunAsync("transcript", "show", file));

        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, Token)).Replace("4102", "4103", StringComparison.Ordinal),
            Token
        );
        Assert.Equal(1, await RunAsync("transcript", "verify", file));
    }

    [Fact]
    public async Task A_word_that_is_no_command_is_wrong_use()
    {
        var exception = await Assert.ThrowsAsync<CommandException>(() => RunAsync("serv"));

        Assert.Equal(
            (BotCommand.WrongUse, "'serv' is no command and no setting (NAME=VALUE). 'imcbot --help' lists the commands."),
            (exception.ExitCode, exception.Message)
        );
        Assert.Equal(
            ["--Channel:AppId", "x", "Bot:PublicUrl=y"],
            BotCommand.SettingsOf(BotCommand.Create().Parse(["--Channel:AppId", "x", "Bot:PublicUrl=y"]))
        );
    }

    [Fact]
    public async Task A_transcript_of_another_form_is_not_called_damaged()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "inc-1.html");
        await File.WriteAllTextAsync(file, "<!doctype html><p>INC-1", Token);

        var exception = await Assert.ThrowsAsync<CommandException>(() => RunAsync("transcript", "verify", file));

        Assert.Equal(BotCommand.WrongUse, exception.ExitCode);
        Assert.Contains("--format jsonl", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_bots_do_not_run_on_one_folder()
    {
        var options = new BotOptions { Data = Directory.CreateTempSubdirectory("imcbot-").FullName };
        using (ServeCommand.Alone(options))
        {
            Assert.Contains(
                "Another bot runs on",
                Assert.Throws<CommandException>(() => ServeCommand.Alone(options)).Message,
                StringComparison.Ordinal
            );
        }

        using var again = ServeCommand.Alone(options);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task No_form_of_the_transcript_is_written_under_anothers_name()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        string At(string name) => Path.Combine(room.Folder, name);

        var exception = await Assert.ThrowsAsync<CommandException>(() =>
            RunAsync("export", "INC-1", "--out", At("out.pdf"), "--data", room.Folder)
        );
        Assert.Equal(0, await RunAsync("export", "INC-1", "--out", At("out.jsonl"), "--data", room.Folder));
        Assert.Equal(0, await RunAsync("export", "INC-1", "--out", At("out"), "--data", room.Folder));

        Assert.Equal(BotCommand.WrongUse, exception.ExitCode);
        Assert.StartsWith("There is no form 'pdf'; there are html, md, jsonl, transcript.", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out.pdf")));
        Assert.Equal(0, await RunAsync("transcript", "verify", At("out.jsonl")));
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(At("out"), Token), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_activity_of_nowhere_is_told_as_that()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "activity.json");
        await File.WriteAllTextAsync(file, """{"type":"message","text":"status","from":{"id":"29:olu","name":"Olu Adeyemi"}}""", Token);

        Assert.Contains(
            "names no conversation",
            (await CommandLine.JsonAsync("hear", file)).GetProperty("understood").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_sender_whose_object_id_is_written_in_capitals_is_one_of_the_people_named()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-").FullName;
        var (file, people) = (Path.Combine(folder, "activity.json"), Path.Combine(folder, "people.json"));
        await File.WriteAllTextAsync(people, """[{"name": "Olu Adeyemi", "id": "1111111a-0000-0000-0000-00000000000b"}]""", Token);
        await File.WriteAllTextAsync(
            file,
            """
            {"type":"message","attachments":[{"contentType":"image/png","name":"a.png"}],"conversation":{"id":"19:thread"},
             "from":{"id":"29:another","name":"somebody","aadObjectId":"1111111A-0000-0000-0000-00000000000B"}}
            """,
            Token
        );

        Assert.StartsWith(
            "note by Olu Adeyemi",
            (await CommandLine.JsonAsync("hear", file, "--people", people)).GetProperty("understood").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_unfilled_sample_of_the_settings_does_not_start_and_every_placeholder_is_named()
    {
        var sample = new ConfigurationBuilder().AddJsonFile(Repository.Path("infra/linux/imcbot.sample.json")).Build();
        string[] settings =
        [
            .. sample.AsEnumerable().Where(setting => setting.Value is not null).Select(setting => $"{setting.Key}={setting.Value}"),
            "Entra:Relays:00000000-0000-0000-0000-000000000000=EXCH01",
        ];

        var problems = Assert.Throws<CommandException>(() => ServeCommand.Build(settings)).Message.Split(Environment.NewLine);

        string[] placeholders =
        [
            "Bot:PublicUrl",
            "Channel:AppId",
            "Channel:TenantId",
            "Channel:Conversation",
            "Channel:Credential:ClientId",
            "OnCall:Roles:on-call:0",
            "OnCall:Roles:lead:0",
            "OnCall:Roles:administrator:0",
            "Entra:Relays:00000000-0000-0000-0000-000000000000",
        ];
        Assert.All(
            placeholders,
            name =>
                Assert.Single(
                    problems,
                    problem => problem.StartsWith($"{name} still has the sample's placeholder '", StringComparison.Ordinal)
                )
        );
        Assert.Equal(placeholders.Length, problems.Count(problem => problem.Contains("placeholder", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://imcbot.contoso-example.com")]
    [InlineData("https://imcbot.example.community")]
    [InlineData("https://example.com.contoso.test")]
    [InlineData("https://contoso.test/example.com")]
    public void An_address_of_ones_own_is_no_placeholder(string address) =>
        Assert.Empty(Placeholders.In(new ConfigurationBuilder().AddInMemoryCollection([new("Bot:PublicUrl", address)]).Build()));

    [Fact]
    public async Task A_port_that_is_in_use_is_one_sentence_and_wrong_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (code, output, error) = await ProcessAsync([
            "serve",
            .. Settings(Directory.CreateTempSubdirectory("imcbot-").FullName),
            "--urls",
            $"http://{other.LocalEndpoint}",
        ]);

        Assert.Equal(
            $"Failed to bind to address http://{other.LocalEndpoint}: address already in use. Stop the other program, or choose "
                + "another address with --urls.",
            error.Trim()
        );
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Equal(BotCommand.WrongUse, code);
    }

    [Theory]
    [InlineData(BotCommand.WrongUse, "export", "INC-1", "--data", "{bot}", "--out", "/nope/x.html")]
    [InlineData(BotCommand.WrongUse, "serve", "--data", "{file}")]
    [InlineData(BotCommand.NotDone, "relay", "list", "--data", "{broken}")]
    public async Task What_the_machine_refuses_is_one_sentence(int code, params string[] arguments)
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        var file = Path.Combine(room.Folder, "file");
        await File.WriteAllTextAsync(file, "", Token);
        var broken = Directory.CreateDirectory(Path.Combine(room.Folder, "broken")).FullName;
        File.Copy(Path.Combine(room.Folder, "journal.key"), Path.Combine(broken, "journal.key"));
        await File.WriteAllTextAsync(Path.Combine(broken, "imcbot.db"), new string('x', 4096), Token);
        string[] said = arguments is ["serve", ..] ? ["serve", .. Settings(file)] : arguments;

        var (ended, output, error) = await ProcessAsync([
            .. said.Select(word =>
                word.Replace("{bot}", room.Folder, StringComparison.Ordinal).Replace("{broken}", broken, StringComparison.Ordinal)
            ),
        ]);

        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", error + output, StringComparison.Ordinal);
        Assert.Equal(code, ended);
    }

    [Fact]
    public async Task A_second_bot_changes_nothing_in_the_folder_of_the_first()
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-").FullName;
        using var first = ServeCommand.Alone(new BotOptions { Data = folder });

        var exception = await Assert.ThrowsAsync<CommandException>(() => ServeCommand.RunAsync(SettingsAt(folder), Token));

        Assert.Equal(BotCommand.WrongUse, exception.ExitCode);
        Assert.Contains("Another bot runs on", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["imcbot.lock"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_runbook_that_is_nested_without_end_is_refused_at_its_line()
    {
        var deep = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "deep.yaml");
        await File.WriteAllTextAsync(deep, $"id: X\nsteps: {new string('[', 100_000)}", Token);

        var exception = await Assert.ThrowsAsync<RunbookException>(() => RunAsync("runbook", "check", deep));

        Assert.Contains("nested deeper than 32 levels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        await using var room = await EngineRoom.NewAsync();

        await Assert.ThrowsAsync<CommandException>(() => RunAsync("export", "INC-1", "--data", Path.Combine(room.Folder, "none")));
        await Assert.ThrowsAsync<CommandException>(() =>
            RunAsync("export", "INC-9", "--data", room.Folder, "--out", Path.Combine(room.Folder, "x"))
        );
        await Assert.ThrowsAsync<CommandException>(() => RunAsync("export", "seven", "--data", room.Folder));
        await Assert.ThrowsAsync<CommandException>(() => RunAsync("relay", "revoke", "nobody", "--data", room.Folder));
        await Assert.ThrowsAsync<CommandException>(() => RunAsync("transcript", "verify", Path.Combine(room.Folder, "none")));
        Assert.False(File.Exists(Path.Combine(room.Folder, "x")));
        Assert.Equal(0, await RunAsync("relay", "list", "--json", "--data", room.Folder));
    }

    private static Task<int> RunAsync(params string[] arguments) =>
        BotCommand.Create().Parse(arguments).InvokeAsync(new() { EnableDefaultExceptionHandler = false }, Token);

    private static string[] Settings(string data) => ["--data", data, .. SettingsAt(data)[1..]];

    /// <summary>The settings of a bot that could run, beginning with its folder.</summary>
    private static string[] SettingsAt(string data) =>
        [
            $"Bot:Data={data}",
            $"Bot:Runbooks={Repository.Path("manifests/runbooks")}",
            "Channel:AppId=app",
            "Channel:TenantId=tenant",
            "Channel:Conversation=19:one@thread.tacv2",
            "OnCall:Roles:on-call:0=olu",
            "OnCall:Roles:administrator:0=ada",
        ];

    /// <summary>The program as the console starts it: how it ends, and what it says.</summary>
    private static async Task<(int Code, string Output, string Error)> ProcessAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServeCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, error);
    }
}

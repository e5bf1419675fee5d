using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Isolation;
using ImcBot.Core.Runbooks;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Tests;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>
/// Every action of the catalog, and a command of a policy: planned and carried out by the relay on a practice server. What its approval
/// card says is in it, is not in it
/// and is noticed by users is held against the server's own record of what was done. Where it can be taken back, so is its undo.
/// </summary>
public sealed class A_card_says_what_the_record_shows(HealthyServer healthy) : IClassFixture<HealthyServer>
{
    private const string Command = "command.practise";

    /// <summary>What the healthy server is brought to, and what is then asked for.</summary>
    private static readonly Dictionary<string, Func<RunningServer, Task<Remedy>>> OnHealthyServer = new(StringComparer.Ordinal)
    {
        ["recycle-bin.empty"] = async server =>
        {
            await PutAsync(server, @"D:\RECYCLER\Dd1.tmp");
            return One("recycle-bin.empty", ("volume", "D:"));
        },
        ["files.delete"] = async server =>
        {
            await PutAsync(server, @"D:\TEMP\old.tmp");
            return One("files.delete", ("folder", @"D:\TEMP"), ("older-than", "0s"));
        },
        ["files.expire"] = async server =>
        {
            await PutAsync(server, @"D:\TEMP\old.tmp");
            return One("files.expire", ("path", @"D:\TEMP"));
        },
        ["imcdata.move"] = async server =>
        {
            await PutAsync(server, $@"{RunningServer.Imcdata}\In\Archive\MOVED");
            return Then(Call.To("service.start", ("service", RunningServer.Imc)), Call.To("imcdata.move", ("to", "E:")));
        },
        ["smtp-log.set"] = async server =>
        {
            Assert.Null(await server.SetRegistryAsync(Places.ImcDiagnostics, Places.ProtocolLog, "dword", 3));
            return One("smtp-log.set", ("level", "0"));
        },
        ["antivirus.exclude"] = async server =>
        {
            await server.StartServiceAsync(Places.Antivirus);
            return One("antivirus.exclude", ("path", RunningServer.Imcdata));
        },
        ["antivirus.pause"] = async server =>
        {
            await server.StartServiceAsync(Places.Antivirus);
            return One("antivirus.pause", ("service", Places.Antivirus), ("for", "1d"));
        },
        ["threads.set"] = _ => Task.FromResult(One("threads.set", ("value", "90"))),
        ["service.start"] = async server =>
        {
            await StopAsync(server, RunningServer.Imc, RunningServer.Store);
            return new Remedy([], null, [], [Call.To("service.start", ("service", RunningServer.Imc))]);
        },
        ["service.restart"] = _ =>
            Task.FromResult(new Remedy([], null, [], [Call.To("service.restart", ("service", RunningServer.Store))])),
        ["service.stop"] = _ => Task.FromResult(One("service.stop", ("service", RunningServer.Imc))),
        ["inbound.pause"] = _ => Task.FromResult(One("inbound.pause", ("service", RunningServer.Imc))),
    };

    public static TheoryData<string> Uses => [.. OnHealthyServer.Keys];

    public static TheoryData<string> OfLinuxAlone => [.. Implemented.OfLinuxAlone.Where(use => !Catalog.Entries[use].IsCheck)];

    [Fact]
    public async Task No_action_of_the_catalog_is_left_out() =>
        Assert.Equal(
            Catalog.Entries.Values.Where(entry => !entry.IsCheck).Select(entry => entry.Id).Order(StringComparer.Ordinal),
            await TriesAttribute.OfAsync(GetType())
        );

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task What_is_asked_of_a_healthy_server(string use)
    {
        await healthy.RestoreAsync();
        using var relay = await PractisingRelay.OpenAsync(healthy.Server);
        var remedy = await OnHealthyServer[use](healthy.Server);

        // A pause ends by itself: what ends it is in what was approved.
        var pauses = use == "antivirus.pause";
        var done = await TryAsync(healthy.Server, relay, new QuestionId(7, 1), remedy, pauses ? Remedy.Undo(new QuestionId(7, 1)) : null);
        Assert.Equal(Verdict.Clear, done.Verdict);
        if (!pauses && Catalog.Entries[use].Undo is not null)
        {
            Assert.Equal(
                Verdict.Clear,
                (await TryAsync(healthy.Server, relay, new QuestionId(7, 2), Remedy.Undo(new QuestionId(7, 1)))).Verdict
            );
        }
    }

    [Theory]
    [InlineData(Catalog.ServiceReload)]
    [InlineData(Catalog.JournalVacuum)]
    [MemberData(nameof(OfLinuxAlone))]
    public async Task What_this_server_has_not_is_no_plan_and_nothing_is_done(string use)
    {
        await healthy.RestoreAsync();
        using var relay = await PractisingRelay.OpenAsync(healthy.Server);
        var before = await RecordAsync(healthy.Server);

        await Assert.ThrowsAsync<Relay.Hosts.HostException>(() =>
            relay.PlanAsync(new QuestionId(7, 1), new Remedy([Some.Call(use)], null, [], []))
        );

        Assert.Empty(new Deeds((await RecordAsync(healthy.Server))[before.Count..], "INC-7/1#").Kinds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_of_the_policy_is_told_by_its_policy_or_not_at_all(bool declared)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "Needs /usr/bin/curl, by which the command stops a service.");
        await healthy.RestoreAsync();
        var command = new PolicyCommand(
            "practise",
            "Stop the mail service",
            Impact.Disruptive,
            [],
            [
                "/usr/bin/curl",
                "-s",
                "-X",
                "POST",
                "-H",
                $"{Lab.Server.Api.Caller.Header}: INC-7/1#1",
                $"{healthy.Server.Http.BaseAddress}services/{RunningServer.Imc}/stop",
            ],
            "leaves it stopped",
            20
        )
        {
            Traits = declared ? [Trait.StopsService] : null,
        };
        using var relay = await PractisingRelay.OpenAsync(healthy.Server, command);
        var plan = await relay.PlanAsync(new QuestionId(7, 1), One(Command));
        var card = new Approval(plan);
        var before = await RecordAsync(healthy.Server);
        Assert.Equal(Verdict.Clear, (await relay.RunAsync(plan)).Verdict);
        await healthy.Server.UntilStateAsync(RunningServer.Imc, ServiceState.Stopped);
        var deeds = new Deeds((await RecordAsync(healthy.Server))[before.Count..], "INC-7/1#");

        Assert.Equal(["stopping a service"], deeds.Kinds);
        Assert.Equal(declared ? "stops a service" : $"runs {Command}: what it touches is not known to ImcBot", Assert.Single(card.In));
        Assert.Equal(
            declared
                ? Deeds.Everything.Except(deeds.Kinds)
                : [$"not known to ImcBot: {Command} does not say what is touched", "so nothing can be ruled out"],
            card.NotIn
        );
        Assert.Equal(
            declared
                ? $"{Command} stops a service, as its policy says; what users notice is not known to ImcBot."
                : $"Whether {Command} stops a service is not known to ImcBot, nor what users notice.",
            card.Users
        );
    }

    [Fact]
    [Tries(Catalog.ItemsSearch, Catalog.ItemsHold, Catalog.ItemsReturn, Catalog.ItemsDelete)]
    public async Task A_search_its_undo_and_what_becomes_of_held_mail()
    {
        await using var server = await RunningServer.StartAsync("--faults", "message:blank-charset", "--count", "12", "--seed", "5");
        await server.UntilStoppedAsync();
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);
        using var relay = await PractisingRelay.OpenAsync(server);
        var bad = (await server.TruthAsync()).Messages.Single(message => message.Bad).Name;
        QuestionId searched = new(7, 1),
            undone = new(7, 2),
            held = new(7, 3),
            returned = new(7, 4),
            again = new(7, 5),
            deleted = new(7, 6);

        // The search: a round that crashes the store, then safe rest.
        var plan = await relay.PlanAsync(searched, One("mail.search", ("starts", "6"), ("store-crashes", "4"), ("minutes", "40")));
        await HoldAsync(
            server,
            new Approval(plan),
            searched,
            async () =>
            {
                var hold = await relay.RunAsync(plan, 1, new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null));
                var outline = hold.Round!.Outline!;
                var crash = await relay.RunAsync(
                    plan,
                    2,
                    new RoundOrder(RoundKind.Return, IndexSet.UpTo(outline.Count), IndexSet.Empty, outline.Digest)
                );
                Assert.Equal(RoundVerdict.Crashed, crash.Round!.Verdict);
                return await relay.RunAsync(plan, 3, new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, outline.Digest));
            }
        );

        // Its undo brings back what was proved bad, by name, and the store dies of it.
        var night = Searched(searched, relay.Messages(searched), bad);
        var undo = new Approval(await relay.PlanAsync(undone, Remedy.Undo(searched)), night);
        Assert.Contains($"{bad}, proved bad, comes back: the start may end in a store crash", undo.Users);
        var since = (await server.EventsAsync())[^1].Index;
        await TryAsync(server, relay, undone, Remedy.Undo(searched));
        await server.UntilStoppedAsync(since);
        await server.UntilStateAsync(RunningServer.Store, ServiceState.Stopped);

        // Held again without a search, returned from under a service that runs, held once more and deleted for good.
        Assert.Equal(Verdict.Clear, (await TryAsync(server, relay, held, One("mail.hold", ("folder", "In")))).Verdict);
        await server.StartServiceAsync(RunningServer.Imc);
        Assert.Equal(Verdict.Clear, (await TryAsync(server, relay, returned, One("mail.return", ("question", held.ToString())))).Verdict);
        Assert.Equal(Verdict.Clear, (await TryAsync(server, relay, again, One("mail.hold", ("folder", "In")))).Verdict);
        var index = relay.Messages(again)[bad].ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            Verdict.Clear,
            (
                await TryAsync(
                    server,
                    relay,
                    deleted,
                    One("mail.delete", ("question", again.ToString()), ("messages", index), ("held-for", "0s"))
                )
            ).Verdict
        );
        Assert.Equal(MessageState.Deleted, (await server.TruthAsync()).Messages.Single(message => message.Name == bad).State);
    }

    [Fact]
    [Tries(Catalog.ItemsReplay)]
    public async Task Undelivered_mail_is_returned_from_the_archive()
    {
        await using var server = await RunningServer.StartAsync("--faults", "threads", "--count", "12");
        await server.UntilStoppedAsync();
        using var relay = await PractisingRelay.OpenAsync(server);

        Assert.Equal(Verdict.Clear, (await TryAsync(server, relay, new QuestionId(7, 1), One("mail.replay"))).Verdict);
    }

    [Fact]
    [Tries(Catalog.ServiceKill)]
    public async Task The_process_of_a_mail_service_that_hangs_while_stopping_is_ended()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs signals, by which the process is made to hang.");
        await using var server = await RunningServer.StartAsync("--count", "0", "--stop-limit", "600");
        await server.UntilStateAsync(RunningServer.Imc, ServiceState.Running);
        using (
            var freeze = System.Diagnostics.Process.Start(
                "kill",
                ["-STOP", ChildOf(server.Id, "ims").ToString(System.Globalization.CultureInfo.InvariantCulture)]
            )
        )
        {
            await freeze.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await server.DoAsync($"services/{RunningServer.Imc}/stop");
        using var relay = await PractisingRelay.OpenAsync(server);

        Assert.Equal(
            Verdict.Clear,
            (await TryAsync(server, relay, new QuestionId(7, 1), One("service.kill", ("service", RunningServer.Imc)))).Verdict
        );
        Assert.Equal(ServiceState.Stopped, (await server.ServiceAsync(RunningServer.Imc)).State);
    }

    /// <summary>Plans, draws the card, carries out, and holds the one against the record of the other.</summary>
    /// <param name="ending">What the relay does later of its own accord because of what was approved.</param>
    private static async Task<Report> TryAsync(
        RunningServer server,
        PractisingRelay relay,
        QuestionId question,
        Remedy remedy,
        Remedy? ending = null
    )
    {
        var plan = await relay.PlanAsync(question, remedy);
        return await HoldAsync(
            server,
            new Approval(plan),
            question,
            async () =>
            {
                var report = await relay.RunAsync(plan);
                return ending is null
                    ? report
                    : await relay.RunAsync((await relay.PlanAsync(new QuestionId(7, 11), ending)) with { Question = question }, 2);
            }
        );
    }

    private static async Task<Report> HoldAsync(RunningServer server, Approval card, QuestionId question, Func<Task<Report>> act)
    {
        var storeRan = (await server.ServiceAsync(RunningServer.Store)).State == ServiceState.Running;
        var before = await RecordAsync(server);
        var report = await act();
        var deeds = new Deeds((await RecordAsync(server))[before.Count..], $"{question}#");

        // In, by kind and by the names of services.
        Assert.Equal(
            deeds.Kinds.Except(["disconnecting mailbox users"]).Order(StringComparer.Ordinal),
            card.In.Select(Kind).Order(StringComparer.Ordinal)
        );
        Assert.Equal(deeds.Stopped, Named(card, "stops "));
        Assert.Equal(deeds.Started, Named(card, "starts "));

        // Not in: all the rest, but for what a start may bring.
        Assert.Empty(card.NotIn.Intersect(deeds.Kinds));
        Assert.Empty(Deeds.Everything.Except(deeds.Kinds).Except(card.NotIn).Except(["disconnecting mailbox users"]));

        // Noticed by users.
        Assert.Equal(!storeRan, card.Users.Contains("are disconnected now", StringComparison.Ordinal));
        Assert.True(!card.Users.Contains("stay connected.", StringComparison.Ordinal) || !deeds.UsersWereDisconnected, card.Users);
        Assert.True(!card.Users.Contains("are disconnected while", StringComparison.Ordinal) || deeds.UsersWereDisconnected, card.Users);
        Assert.True(!storeRan || !deeds.UsersWereDisconnected || !card.NotIn.Contains("disconnecting mailbox users"), card.Users);
        return report;
    }

    private static string Kind(string said) =>
        said switch
        {
            "deletes mail for good" => "deleting mail",
            "deletes files for good" => "deleting files",
            "holds mail aside" or "moves mail" => "moving mail",
            "moves other files" => "other files",
            "keeps new mail out" => "keeping new mail out",
            "changes settings" => "settings",
            _ when said.StartsWith("stops ", StringComparison.Ordinal) => "stopping a service",
            _ when said.StartsWith("starts ", StringComparison.Ordinal) => "starting a service",
            _ => said,
        };

    private static IEnumerable<string> Named(Approval card, string verb) =>
        card
            .In.Where(said => said.StartsWith(verb, StringComparison.Ordinal))
            .SelectMany(said => said[verb.Length..].Split(" and "))
            .Order(StringComparer.Ordinal);

    private static Task<List<RecordEntry>> RecordAsync(RunningServer server) => server.GetAsync<List<RecordEntry>>("record");

    private static async Task PutAsync(RunningServer server, string path) =>
        Assert.Null(await server.CallAsync(HttpMethod.Put, $"files/content?path={Uri.EscapeDataString(path)}", "x"u8.ToArray()));

    private static async Task StopAsync(RunningServer server, params string[] services)
    {
        foreach (var service in services)
        {
            await server.DoAsync($"services/{service}/stop");
            await server.UntilStateAsync(service, ServiceState.Stopped);
        }
    }

    private static Remedy One(string use, params (string, string)[] with) => new([Call.To(use, with)], null, [], []);

    private static Remedy Then(Call start, Call rung) => new([rung], null, [], [start]);

    /// <summary>The incident after the search has proved a message bad.</summary>
    private static Incident Searched(QuestionId question, IReadOnlyDictionary<string, int> messages, string bad)
    {
        var proved = IndexSet.Of(messages[bad]);
        var manifest = new SearchManifest(
            messages.Count,
            0,
            "d",
            @"D:\ImcBotHold",
            [.. messages.Select(message => new WeighedMessage(message.Value, message.Key, 0, [], 0, null))],
            IndexSet.Empty
        );
        return Approval.Night with
        {
            Search = new(
                question,
                "",
                new(["x"], Impact.Disruptive, 8, 40),
                new SearchLimits(6, 4, 40),
                0,
                new SearchRound(2, IndexSet.Empty, IndexSet.Empty),
                new RoundOrder(RoundKind.Rest, IndexSet.Empty, IndexSet.Empty, "d")
            )
            {
                Run = 3,
                Manifest = manifest,
                Held = proved,
                End = new SearchEnd(SearchEndReason.Separated, proved, IndexSet.Empty, proved, false, false, true),
            },
        };
    }

    private static int ChildOf(int parent, string command) =>
        Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(int.Parse!)
            .First(id =>
                Read($"/proc/{id}/status").Contains($"PPid:\t{parent}\n", StringComparison.Ordinal)
                && Read($"/proc/{id}/cmdline").TrimEnd('\0').EndsWith($"\0{command}", StringComparison.Ordinal)
            );

    // A process may end while it is looked at.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}

/// <summary>A practice server on which nothing is wrong, for as long as the tests need it.</summary>
public sealed class HealthyServer : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync("--count", "4");

    /// <summary>Mail service and store run, the scanner does not, and mail comes in and goes out.</summary>
    internal async Task RestoreAsync()
    {
        if ((await Server.ServiceAsync(Places.Antivirus)).State == ServiceState.Running)
        {
            await Server.DoAsync($"services/{Places.Antivirus}/stop");
            await Server.UntilStateAsync(Places.Antivirus, ServiceState.Stopped);
        }

        if ((await Server.ServiceAsync(RunningServer.Imc)).State == ServiceState.Stopped)
        {
            await Server.DoAsync($"services/{RunningServer.Imc}/start");
        }

        await Server.UntilStateAsync(RunningServer.Imc, ServiceState.Running);
        await Server.GoodMailFlowsAsync();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

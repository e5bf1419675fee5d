using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>Every action: what its plan says, what it does, what it leaves alone, how it is taken back.</summary>
public sealed class Every_action_does_what_its_plan_says : IDisposable
{
    private const string Threads = "Max Threads (Public+Private)",
        Level = "7 SMTP Protocol Log";

    private static readonly QuestionId Later = new(7, 4);

    private readonly Bench _bench = new();

    private FakeServer Server => _bench.Server;

    [Fact]
    public async Task Recycle_bin_is_emptied_of_exactly_what_was_planned()
    {
        Server.Put(@"D:\RECYCLER\Dd1.tmp", "rubbish");
        Server.Put(@"D:\RECYCLER\S-1\Dd2.tmp", "rubbish");

        var report = await _bench.ActAsync(
            One("recycle-bin.empty", ("volume", "${imcdata}")),
            Bench.Question,
            () => Server.Put(@"D:\RECYCLER\late.tmp", "new")
        );

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Null(Server.Text(@"D:\RECYCLER\S-1\Dd2.tmp"));
        Assert.Equal(["late.tmp"], Server.Names(@"D:\RECYCLER"));
    }

    [Theory]
    [InlineData(@"D:\RECYCLER\S-1-5-21-500\Dd1.doc")]
    [InlineData(@"D:\RECYCLED\DD1.DOC")]
    [InlineData(@"D:\$Recycle.Bin\S-1-5-21-500\$RA1B2C3.doc")]
    public async Task The_recycle_bin_is_found_under_each_of_its_names_and_keeps_what_makes_it_one(string thrown)
    {
        var sign = thrown[..(thrown.LastIndexOf('\\') + 1)] + "desktop.ini";
        Server.Put(thrown, "thrown away");
        Server.Put(sign, "[.ShellClassInfo]");

        var report = await _bench.ActAsync(One("recycle-bin.empty", ("volume", "${imcdata}")));

        Assert.Contains("deleted 1 file", report.Summary);
        Assert.Equal((false, true), (Server.Text(thrown) is not null, Server.Text(sign) is not null));
    }

    [Fact]
    public async Task Deleting_leaves_changed_replaced_and_locked_files_alone_and_tells_how_many()
    {
        foreach (var name in new[] { "same", "grown", "replaced", "locked" })
        {
            Server.Put($@"D:\TEMP\{name}", "old", TimeSpan.FromDays(3));
        }

        var report = await _bench.ActAsync(
            One("files.delete", ("folder", "${temp}"), ("older-than", "1d")),
            Bench.Question,
            () =>
            {
                Server.Put(@"D:\TEMP\grown", "old and more", TimeSpan.FromDays(3));
                Server.Put(@"D:\TEMP\replaced", "old", TimeSpan.FromDays(3));
                Server.Locked.Add(@"D:\TEMP\locked");
            }
        );

        Assert.Equal(["grown", "locked", "replaced"], Server.Names(@"D:\TEMP"));
        Assert.Contains("deleted 1 file, 3 bytes; skipped: 2 had changed: grown, replaced, 1 held open: locked", report.Summary);
    }

    [Fact]
    public async Task Deleting_takes_only_what_is_older_than_told()
    {
        Server.Put(@"D:\TEMP\old", "x", TimeSpan.FromDays(2));
        Server.Put(@"D:\TEMP\young", "x", TimeSpan.FromHours(2));

        var (plan, _) = await _bench.PlanAsync(One("files.delete", ("folder", "${temp}"), ("older-than", "1d")));

        Assert.Equal(@"D:\TEMP\old", Assert.Single(Assert.Single(plan.Effects).Items).Path);
        Assert.Contains("cannot be undone", plan.Effects[0].Does);
    }

    [Theory]
    [InlineData(@"${imcdata}\In", "*")]
    [InlineData(@"${imcdata}\Out", "*")]
    [InlineData(@"${imcdata}\In\Archive", "*")]
    [InlineData(@"${imcdata}", "*")]
    [InlineData(@"${imcdata}\Log", "*")]
    [InlineData(@"${imcdata}\temp", "*")]
    [InlineData(@"C:\Exchsrvr\Mdbdata", "*.log")]
    [InlineData(@"D:\ImcBotHold\INC-7\in", "*")]
    [InlineData(@"C:\", "*")]
    public async Task Mail_databases_and_evidence_are_never_planned_for_deletion(string folder, string pattern)
    {
        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", folder), ("pattern", pattern), ("older-than", "2d")))
        );

        Assert.Contains("may be deleted", refusal.Message);
    }

    [Fact]
    public async Task The_protocol_logs_of_the_last_day_stay()
    {
        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", @"${imcdata}\Log"), ("pattern", "L*.log"), ("older-than", "2h")))
        );

        Assert.Contains("L*.log older than 1 day", refusal.Message);
    }

    [Theory]
    [InlineData("${temp}", "*", "12h")]
    [InlineData(@"D:\Elsewhere", "*", "2d")]
    [InlineData(@"${imcdata}\Log", "*", "2d")]
    [InlineData(@"${imcdata}\Log\deeper", "L*.log", "2d")]
    public async Task What_the_policy_does_not_list_as_disposable_is_not_deleted(string folder, string pattern, string age) =>
        Assert.Contains(
            "may be deleted",
            (
                await Assert.ThrowsAsync<HostException>(() =>
                    _bench.PlanAsync(One("files.delete", ("folder", folder), ("pattern", pattern), ("older-than", age)))
                )
            ).Message
        );

    [Fact]
    public async Task Without_a_list_nothing_is_deleted_and_a_product_keeps_its_work_whatever_is_listed()
    {
        _bench.Policy = Policies.Usual with { Disposable = [] };
        _bench.Reopen();
        var none = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", "${temp}"), ("older-than", "9d")))
        );

        _bench.Policy = Policies.Usual with { Disposable = [new(@"D:\", Disposable.Everything, TimeSpan.Zero)] };
        _bench.Reopen();
        var work = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", @"${imcdata}\In"), ("older-than", "9d")))
        );
        var above = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", @"D:\Exchsrvr"), ("older-than", "9d")))
        );

        Assert.Contains("lists as disposable", none.Message);
        Assert.All([work, above], refusal => Assert.Contains("holds what people wait for", refusal.Message));
    }

    [Theory]
    [InlineData("open.tmp")]
    [InlineData("Security.evtx")]
    [InlineData("AppEvent.Evt")]
    [InlineData("auth.log.1")]
    [InlineData(@"log\audit\now.txt")]
    public async Task What_is_held_open_and_records_of_who_did_what_are_not_even_planned(string name)
    {
        Server.Put(@"D:\TEMP\old.tmp", "x", TimeSpan.FromDays(3));
        Server.Put($@"D:\TEMP\{name}", "x", TimeSpan.FromDays(3));
        Server.Locked.Add(@"D:\TEMP\open.tmp");

        var (plan, _) = await _bench.PlanAsync(One("files.delete", ("folder", "${temp}"), ("older-than", "1d")));

        Assert.Equal(@"D:\TEMP\old.tmp", Assert.Single(Assert.Single(plan.Effects).Items).Path);
    }

    [Fact]
    public async Task A_temporary_folder_is_emptied_on_a_server_that_has_no_mail_service()
    {
        Server.RemoveService(FakeServer.Imc);
        Server.Unset(Installation.ImcParameters, "RootDir");
        Server.Put(@"D:\TEMP\old.tmp", "rubbish", TimeSpan.FromDays(3));

        var report = await _bench.ActAsync(One("files.delete", ("folder", "${temp}"), ("older-than", "1d")));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Null(Server.Text(@"D:\TEMP\old.tmp"));
    }

    [Fact]
    public async Task Nothing_is_deleted_where_the_mail_service_does_not_tell_where_its_mail_is()
    {
        Server.Unset(Installation.ImcParameters, "RootDir");

        var refusal = await Assert.ThrowsAsync<HostException>(() =>
            _bench.PlanAsync(One("files.delete", ("folder", "${temp}"), ("older-than", "1d")))
        );
        Assert.Contains("no RootDir", refusal.Message);
    }

    [Fact]
    public async Task A_ladder_stops_when_its_goal_is_reached()
    {
        Server.Free["D:"] = (500L << 20) - 4;
        Server.Put(@"D:\RECYCLER\Dd1.tmp", "rubbish");
        Server.Put(@"D:\TEMP\old", "x", TimeSpan.FromDays(2));
        var ladder = new Remedy(
            [Call.To("recycle-bin.empty", ("volume", "${imcdata}")), Call.To("files.delete", ("folder", "${temp}"), ("older-than", "1d"))],
            Call.To("disk.free", ("path", "${imcdata}"), ("at-least", "500MB")),
            [],
            []
        );

        var report = await _bench.ActAsync(ladder);

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal("not needed: the goal is reached.", report.Effects![1].Summary);
        Assert.NotNull(Server.Text(@"D:\TEMP\old"));
    }

    [Fact]
    public async Task A_ladder_that_does_not_reach_its_goal_starts_nothing()
    {
        Server.Free["D:"] = 1 << 20;
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(@"D:\TEMP\old", "x", TimeSpan.FromDays(2));
        var ladder = new Remedy(
            [Call.To("files.delete", ("folder", "${temp}"), ("older-than", "1d"))],
            Call.To("disk.free", ("path", "${imcdata}"), ("at-least", "500MB")),
            [],
            [Call.To("service.start", ("service", FakeServer.Imc))]
        );

        var report = await _bench.ActAsync(ladder);

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("That was not enough", report.Summary);
        Assert.Equal(ServiceState.Stopped, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task Log_level_is_lowered_under_the_name_that_stands_there_and_comes_back_exactly()
    {
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(Level, 5));

        var report = await _bench.ActAsync(One("smtp-log.set", ("level", "0")));
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal("0", Server.Value(Installation.ImcDiagnostics, Level));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal("5", Server.Value(Installation.ImcDiagnostics, Level));
    }

    [Theory]
    [InlineData("2", "There is no level 2")]
    [InlineData("5", "only lowers")]
    public async Task Log_level_is_never_raised(string level, string reason)
    {
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(Level, 1));

        Assert.Contains(
            reason,
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("smtp-log.set", ("level", level))))).Message
        );
    }

    [Theory]
    [InlineData("Max Threads(Private+Public)")]
    [InlineData("MAX THREADS (Public + Private)")]
    [InlineData(Threads)]
    public async Task Threads_are_raised_under_whatever_spelling_stands_there(string spelling)
    {
        Server.Unset(Installation.StoreParameters, Threads);
        Server.Set(Installation.StoreParameters, RegistryValue.Dword(spelling, 5));

        await _bench.ActAsync(One("threads.set", ("value", "50")));
        Assert.Equal("50", Server.Value(Installation.StoreParameters, spelling));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal("5", Server.Value(Installation.StoreParameters, spelling));
    }

    [Fact]
    public async Task A_thread_value_that_was_missing_is_missing_again_after_undo()
    {
        Server.Unset(Installation.StoreParameters, Threads);

        await _bench.ActAsync(One("threads.set", ("value", "60")));
        Assert.Equal("60", Server.Value(Installation.StoreParameters, Threads));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Null(Server.Value(Installation.StoreParameters, Threads));
    }

    [Fact]
    public async Task Threads_are_never_lowered_and_two_spellings_go_to_a_person()
    {
        Assert.Contains(
            "only raises",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("threads.set", ("value", "20"))))).Message
        );
        Server.Set(Installation.StoreParameters, RegistryValue.Dword("Max Threads(Private+Public)", 5));

        Assert.Contains(
            "differ only in spelling",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("threads.set", ("value", "60"))))).Message
        );
    }

    [Fact]
    public async Task Excluding_adds_the_folder_and_the_hold_and_undo_restores_the_list()
    {
        Server.SetState("McShield", ServiceState.Running);

        await _bench.ActAsync(One("antivirus.exclude", ("path", "${imcdata}")));
        Assert.Equal("C:\\Exchsrvr\nD:\\Exchsrvr\\Imcdata\nD:\\ImcBotHold", Server.Value(FakeServer.AntivirusKey, "ExcludedItems"));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal(@"C:\Exchsrvr", Server.Value(FakeServer.AntivirusKey, "ExcludedItems"));
    }

    [Fact]
    public async Task Pausing_stops_the_scanner_and_undo_starts_it_again()
    {
        Server.SetState("McShield", ServiceState.Running);

        await _bench.ActAsync(One("antivirus.pause", ("service", "McShield"), ("for", "30min")));
        Assert.Equal(ServiceState.Stopped, Server.State("McShield"));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal(ServiceState.Running, Server.State("McShield"));
    }

    [Fact]
    public async Task Moving_imcdata_takes_all_mail_along_but_not_the_queue_and_undo_brings_later_mail_back_too()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(FakeServer.In + @"\MSG00001", "mail");

        var report = await _bench.ActAsync(One("imcdata.move", ("to", "${spare-volume}")));
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(@"E:\Exchsrvr\Imcdata", Server.Value(Installation.ImcParameters, "RootDir"));
        Assert.Equal(["MSG00001"], Server.Names(@"E:\Exchsrvr\Imcdata\In"));
        Assert.Null(Server.Text(@"E:\Exchsrvr\Imcdata\Queue.dat"));

        Server.Put(@"E:\Exchsrvr\Imcdata\In\MSG00002", "later");
        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal(FakeServer.Imcdata, Server.Value(Installation.ImcParameters, "RootDir"));
        Assert.Equal(["MSG00001", "MSG00002"], Server.Names(FakeServer.In));
    }

    [Fact]
    public async Task Moving_imcdata_is_refused_where_the_target_would_get_too_full()
    {
        Server.Free["E:"] = 1L << 30;

        Assert.Contains(
            "would leave less",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("imcdata.move", ("to", "E:"))))).Message
        );
    }

    [Fact]
    public async Task A_move_that_gets_stuck_puts_everything_back()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(FakeServer.In + @"\MSG00001", "mail");
        Server.Put(FakeServer.In + @"\MSG00002", "mail");
        Server.Locked.Add(FakeServer.In + @"\MSG00002");

        var report = await _bench.ActAsync(One("imcdata.move", ("to", "E:")));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Equal(["MSG00001", "MSG00002"], Server.Names(FakeServer.In));
        Assert.Equal(FakeServer.Imcdata, Server.Value(Installation.ImcParameters, "RootDir"));
    }

    [Fact]
    public async Task Starting_the_mail_service_starts_the_dead_store_first_as_an_effect_of_its_own()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.SetState(FakeServer.Store, ServiceState.Stopped);

        var (plan, digest) = await _bench.PlanAsync(One("service.start", ("service", FakeServer.Imc)));
        var report = await _bench.RunAsync(new RunId(Bench.Question, 1), digest);

        Assert.Equal([FakeServer.Store, FakeServer.Imc], plan.Effects.Select(effect => effect.Call.With["service"]));
        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal("1", report.Data["starts"]);
        Assert.Equal("0", report.Data["eventsAfter"]);
    }

    [Fact]
    public async Task A_start_that_kills_the_store_is_a_failure_and_counts_a_crash()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(FakeServer.In + @"\MSG00001", "BAD");

        var report = await _bench.ActAsync(One("service.start", ("service", FakeServer.Imc)));

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Equal("1", report.Data["crashes"]);
    }

    [Fact]
    public async Task Undo_of_a_start_stops_the_service_again()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        await _bench.ActAsync(One("service.start", ("service", FakeServer.Imc)));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);

        Assert.Equal(ServiceState.Stopped, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task A_stop_is_taken_back_by_a_start()
    {
        await _bench.ActAsync(One("service.stop", ("service", FakeServer.Imc)));
        Assert.Equal(ServiceState.Stopped, Server.State(FakeServer.Imc));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);
        Assert.Equal(ServiceState.Running, Server.State(FakeServer.Imc));
    }

    [Fact]
    public async Task A_restart_stops_running_dependants_in_order_and_starts_exactly_those()
    {
        Server.AddService("Antigen", FakeServer.Store);
        Server.SetState("Antigen", ServiceState.Stopped);

        var report = await _bench.ActAsync(One("service.restart", ("service", FakeServer.Store)));

        Assert.Equal(Verdict.Clear, report.Verdict);
        Assert.Equal(
            ["stop MSExchangeIMC", "stop MSExchangeIS", "start MSExchangeIS", "start MSExchangeIMC"],
            Server.Record.Select(change => change.What)
        );
        Assert.Equal(ServiceState.Stopped, Server.State("Antigen"));
    }

    [Fact]
    public async Task A_service_that_hangs_while_stopping_is_unknown()
    {
        Server.StopHangs = true;

        Assert.Equal(Verdict.Unknown, (await _bench.ActAsync(One("service.stop", ("service", FakeServer.Imc)))).Verdict);
    }

    [Fact]
    public async Task Nothing_is_taken_back_twice()
    {
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(Level, 5));
        await _bench.ActAsync(One("smtp-log.set", ("level", "0")));
        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);

        var refusal = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(Remedy.Undo(Bench.Question), new QuestionId(7, 5)));

        Assert.Contains("nothing that can be taken back", refusal.Message);
    }

    [Theory]
    [InlineData("service.start")]
    [InlineData("service.restart")]
    [InlineData("smtp-log.set")]
    [InlineData("threads.set")]
    [InlineData("antivirus.exclude")]
    [InlineData("imcdata.move")]
    public async Task What_changed_since_the_plan_voids_it_and_nothing_is_done(string use)
    {
        Server.SetState("McShield", ServiceState.Running);
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(Level, 5));
        Server.Set(Installation.StoreParameters, RegistryValue.Dword(Threads, 5));
        var (remedy, change) = use switch
        {
            "service.start" => (One(use, ("service", FakeServer.Imc)), () => Server.SetState(FakeServer.Imc, ServiceState.Running)),
            "service.restart" => (One(use, ("service", FakeServer.Store)), () => Server.SetState(FakeServer.Imc, ServiceState.Running)),
            "smtp-log.set" => (One(use, ("level", "0")), () => Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(Level, 3))),
            "threads.set" => (One(use, ("value", "50")), () => Server.Set(Installation.StoreParameters, RegistryValue.Dword(Threads, 10))),
            "antivirus.exclude" => (
                One(use, ("path", "${imcdata}")),
                () => Server.Set(FakeServer.AntivirusKey, RegistryValue.MultiSz("ExcludedItems", []))
            ),
            _ => (
                One(use, ("to", "E:")),
                (Action)(() => Server.Set(Installation.ImcParameters, new RegistryValue("RootDir", ValueKind.Sz, @"E:\Exchsrvr\Imcdata")))
            ),
        };

        var report = await _bench.ActAsync(remedy, Bench.Question, change);

        Assert.Equal(Verdict.Failed, report.Verdict);
        Assert.Contains("was", report.Data["voided"]);
        Assert.Empty(Server.Record);
    }

    [Fact]
    public async Task A_wedged_mail_service_is_ended_and_the_store_never()
    {
        var healthy = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("service.kill", ("service", FakeServer.Imc))));
        Server.StopHangs = true;
        Assert.Contains("it is wedged", (await _bench.ActAsync(One("service.stop", ("service", FakeServer.Imc)))).Summary);
        Server.SetState(FakeServer.Store, ServiceState.StopPending);
        var store = await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("service.kill", ("service", FakeServer.Store))));

        var report = await _bench.ActAsync(One("service.kill", ("service", FakeServer.Imc)), Later);

        Assert.Contains("not wedged", healthy.Message);
        Assert.Contains("Only MSExchangeIMC", store.Message);
        Assert.Equal((Verdict.Clear, ServiceState.Stopped), (report.Verdict, Server.State(FakeServer.Imc)));
    }

    [Fact]
    public async Task A_plan_with_a_wrong_argument_is_refused_with_a_sentence()
    {
        Assert.Contains(
            "is not in the catalog",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("files.shred")))).Message
        );
        Assert.Contains(
            "needs the argument 'service'",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("service.start")))).Message
        );
        Assert.Contains(
            "no service 'NoSuch'",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("service.start", ("service", "NoSuch"))))).Message
        );
        Assert.Contains(
            "is not known",
            (await Assert.ThrowsAsync<HostException>(() => _bench.PlanAsync(One("recycle-bin.empty", ("volume", "${attic}"))))).Message
        );
    }

    [Fact]
    public void Every_catalog_entry_is_implemented_and_nothing_else()
    {
        var implemented = _bench.Actions.Checks.Keys.Concat(_bench.Actions.Actions.Keys);

        Assert.Equal(Catalog.Entries.Keys.Order(), implemented.Order());
        Assert.All(
            Catalog.Entries.Values.Where(entry => entry.Undo is not null),
            entry => Assert.IsAssignableFrom<IUndoable>(_bench.Actions.Actions[entry.Id])
        );
    }

    public void Dispose() => _bench.Dispose();

    private static Remedy One(string use, params (string, string)[] with) => new([Call.To(use, with)], null, [], []);
}

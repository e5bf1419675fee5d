using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class Every_check_sees_what_is_there : IDisposable
{
    private readonly Bench _bench = new();

    private FakeServer Server => _bench.Server;

    [Fact]
    public async Task A_healthy_server_is_clear_everywhere()
    {
        foreach (
            var call in new[]
            {
                Call.To("service.running", ("service", FakeServer.Imc)),
                Call.To("port.answers", ("port", "25")),
                Call.To("events.none", ("ids", "4102,4097")),
                Call.To("spool.moving"),
                Call.To("disk.free", ("path", "${imcdata}"), ("at-least", "500MB")),
                Call.To("smtp-log.level", ("at-most", "1"), ("folder", @"${imcdata}\Log")),
                Call.To("antivirus.state", ("path", "${imcdata}")),
                Call.To("mail.suspects"),
                Call.To("threads.value", ("at-least", "20")),
                Call.To("file.version", ("path", "${store}"), ("at-least", "5.5.2656.60")),
                Call.To("programs.list"),
            }
        )
        {
            Assert.Equal((call.Use, Verdict.Clear), (call.Use, (await CheckAsync(call)).Verdict));
        }
    }

    [Fact]
    public async Task Disk_below_the_limit_is_a_finding_with_its_figures()
    {
        Server.Free["D:"] = 5 << 20;

        var finding = await CheckAsync(Call.To("disk.free", ("path", "${imcdata}"), ("at-least", "500MB")));

        Assert.Equal(Verdict.Finding, finding.Verdict);
        Assert.Equal(("5242880", "D:"), (finding.Data["free"], finding.Data["volume"]));
        Assert.Contains("5 MB free on D:, 500 MB wanted", finding.Summary);
    }

    [Theory]
    [InlineData("7 SMTP Protocol Log")]
    [InlineData("SMTP Protocol Log")]
    [InlineData("12 smtp protocol log")]
    public async Task The_log_level_is_found_whatever_its_ordinal(string name)
    {
        Server.Unset(Installation.ImcDiagnostics, "7 SMTP Protocol Log");
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword(name, 5));
        Server.Put(FakeServer.Imcdata + @"\Log\L0000001.LOG", "0123456789");

        var finding = await CheckAsync(Call.To("smtp-log.level", ("at-most", "1"), ("folder", @"${imcdata}\Log")));

        Assert.Equal((Verdict.Finding, "5", "10"), (finding.Verdict, finding.Data["level"], finding.Data["bytes"]));
    }

    [Fact]
    public async Task A_running_scanner_that_does_not_leave_the_spool_alone_is_a_finding()
    {
        Server.SetState("McShield", ServiceState.Running);

        var finding = await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")));

        Assert.Equal((Verdict.Finding, "NetShield", "false"), (finding.Verdict, finding.Data["product"], finding.Data["excluded"]));
    }

    [Fact]
    public async Task A_stopped_scanner_whose_driver_is_loaded_is_unknown()
    {
        Server.Drivers["NaiFiltr"] = true;

        Assert.Equal(Verdict.Unknown, (await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")))).Verdict);
    }

    [Theory]
    [InlineData("McShield", true, "NetShield", Verdict.Finding)]
    [InlineData("AVExch32Service", true, "GroupShield", Verdict.Finding)]
    [InlineData("AVUPDService", true, "GroupShield", Verdict.Finding)]
    [InlineData("AlertManager", true, "GroupShield", Verdict.Finding)]
    [InlineData("AntigenService", true, "Antigen", Verdict.Finding)]
    [InlineData("NaiFiltr", false, "NetShield", Verdict.Unknown)]
    [InlineData("NaiFsRec", false, "NetShield", Verdict.Unknown)]
    [InlineData("INO_FLPY", false, "InocuLAN", Verdict.Unknown)]
    [InlineData("INO_Fltr", false, "InocuLAN", Verdict.Unknown)]
    [InlineData("NAVAP", false, "Norton AntiVirus", Verdict.Unknown)]
    [InlineData("NAVENG", false, "Norton AntiVirus", Verdict.Unknown)]
    [InlineData("NAVEX15", false, "Norton AntiVirus", Verdict.Unknown)]
    [InlineData("SymEvent", false, "Norton AntiVirus", Verdict.Unknown)]
    public async Task Each_known_scanner_is_told_by_its_service_or_its_driver(string name, bool isService, string product, Verdict verdict)
    {
        if (isService)
        {
            Server.AddService(name);
        }
        else
        {
            Server.Drivers[name] = true;
        }

        var finding = await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")));

        Assert.Equal((verdict, product), (finding.Verdict, finding.Data["product"]));
    }

    [Fact]
    public async Task Two_scanners_are_both_told_and_the_one_that_is_not_excluded_decides()
    {
        Server.SetState("McShield", ServiceState.Running);
        Server.Set(FakeServer.AntivirusKey, RegistryValue.MultiSz("ExcludedItems", [FakeServer.Imcdata]));
        Server.AddService("AVExch32Service");

        var finding = await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")));

        Assert.Equal((Verdict.Finding, "GroupShield"), (finding.Verdict, finding.Data["product"]));
        Assert.Contains("NetShield leaves", finding.Summary);
    }

    [Theory]
    [InlineData("STORE.EXE\nDSAMAIN.EXE\nMSEXCIMC.EXE", Verdict.Clear)]
    [InlineData("STORE.EXE", Verdict.Unknown)]
    public async Task InocuLAN_leaves_alone_what_the_exempt_programs_open(string exempt, Verdict verdict)
    {
        Server.Drivers["INO_Fltr"] = true;
        Server.Set(@"HKLM\Software\Cheyenne\InocuLAN\CurrentVersion\Filter", RegistryValue.MultiSz("xProcess", exempt.Split('\n')));

        Assert.Equal(verdict, (await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")))).Verdict);
    }

    [Theory]
    [InlineData(1, Verdict.Unknown)]
    [InlineData(0, Verdict.Clear)]
    public async Task A_scanner_inside_the_store_goes_to_a_person(uint enabled, Verdict verdict)
    {
        Server.Set(@"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan", RegistryValue.Dword("Enabled", enabled));

        Assert.Equal(verdict, (await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")))).Verdict);
    }

    [Fact]
    public async Task An_exclusion_of_a_parent_folder_counts()
    {
        Server.SetState("McShield", ServiceState.Running);
        Server.Set(FakeServer.AntivirusKey, RegistryValue.MultiSz("ExcludedItems", [@"D:\exchsrvr\"]));

        Assert.Equal(Verdict.Clear, (await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")))).Verdict);
    }

    [Fact]
    public async Task An_exclusion_of_a_folder_with_a_similar_name_does_not_count()
    {
        Server.SetState("McShield", ServiceState.Running);
        Server.Set(FakeServer.AntivirusKey, RegistryValue.MultiSz("ExcludedItems", [@"D:\Exchsrvr\Imc"]));

        Assert.Equal(Verdict.Finding, (await CheckAsync(Call.To("antivirus.state", ("path", "${imcdata}")))).Verdict);
    }

    [Fact]
    public async Task Few_threads_are_a_finding_shown_in_both_notations()
    {
        Server.Set(Installation.StoreParameters, RegistryValue.Dword("Max Threads (Public+Private)", 5));

        var finding = await CheckAsync(Call.To("threads.value", ("at-least", "20")));

        Assert.Equal(Verdict.Finding, finding.Verdict);
        Assert.Contains("5 (0x5)", finding.Summary);
    }

    [Fact]
    public async Task An_old_store_is_a_finding_compared_as_four_numbers()
    {
        Server.Put(@"C:\Exchsrvr\Bin\Store.exe", "5.5.2653.230");

        Assert.Equal(
            Verdict.Finding,
            (await CheckAsync(Call.To("file.version", ("path", "${store}"), ("at-least", "5.5.2656.60")))).Verdict
        );
    }

    [Fact]
    public async Task A_file_that_an_event_names_and_that_is_still_in_In_is_a_suspect()
    {
        Stopped();
        Server.Put(FakeServer.In + @"\HBWK2Q2P", "mail");
        Server.Write(FakeServer.Imc, 4182, "HBWK2Q2P");

        var finding = await CheckAsync(Call.To("mail.suspects"));

        Assert.Equal(
            (Verdict.Finding, "HBWK2Q2P", "0", "1"),
            (finding.Verdict, finding.Data["named"], finding.Data["storeDied"], finding.Data["in"])
        );
    }

    [Fact]
    public async Task A_store_that_died_while_mail_waits_points_to_a_message_that_no_event_names()
    {
        Stopped();
        Server.Put(FakeServer.In + @"\HBWK2Q2P", "mail");
        Server.Write("DrWatson", 4097, @"exe\store.dbg");

        Assert.Equal(
            (Verdict.Finding, "1"),
            ((await CheckAsync(Call.To("mail.suspects"))).Verdict, (await CheckAsync(Call.To("mail.suspects"))).Data["storeDied"])
        );
    }

    [Fact]
    public async Task Names_of_4117_convict_nobody_because_starved_threads_write_them_too()
    {
        Stopped();
        Server.Put(FakeServer.In + @"\HBWK2Q2P", "mail");
        Server.Write(FakeServer.Imc, 4117, "HBWK2Q2P");

        Assert.Equal(Verdict.Clear, (await CheckAsync(Call.To("mail.suspects"))).Verdict);
    }

    [Fact]
    public async Task Evidence_from_before_the_last_healthy_start_is_forgotten()
    {
        Stopped();
        Server.Put(FakeServer.In + @"\HBWK2Q2P", "good");
        Server.Write("DrWatson", 4097, @"exe\store.dbg");
        await _bench.ActAsync(new Remedy([Call.To("service.start", ("service", FakeServer.Imc))], null, [], []));
        Stopped();
        Server.Put(FakeServer.In + @"\MM0XK5MC", "good");

        Assert.Equal(Verdict.Clear, (await CheckAsync(Call.To("mail.suspects"))).Verdict);
    }

    [Fact]
    public async Task Only_events_after_the_index_count()
    {
        Server.Write(FakeServer.Imc, 4102);

        Assert.Equal(Verdict.Finding, (await CheckAsync(Call.To("events.none", ("ids", "4102,4182")))).Verdict);
        Assert.Equal(Verdict.Clear, (await CheckAsync(Call.To("events.none", ("ids", "4102,4182"), ("after", "1")))).Verdict);
    }

    [Fact]
    public async Task Mail_that_stays_in_In_is_a_finding()
    {
        Server.Put(FakeServer.In + @"\HBWK2Q2P", "HANG");

        Assert.Equal(
            (Verdict.Finding, "1"),
            ((await CheckAsync(Call.To("spool.moving"))).Verdict, (await CheckAsync(Call.To("spool.moving"))).Data["in"])
        );
    }

    [Theory]
    [InlineData("The spool file HBWK2Q2P will be retried.", "HBWK2Q2P")]
    [InlineData(@"D:\Exchsrvr\Imcdata\In\Jtmrmaq5 could not be moved.", "JTMRMAQ5")]
    [InlineData("not enough memory (8007000E-F20000FF). Archive filename: WXJXSG2D.", "WXJXSG2D")]
    [InlineData("The Microsoft Exchange Internet Mail Service stopped at 0x80040115.", "")]
    public void Names_are_read_from_what_events_say(string text, string names)
    {
        var entry = new LogEvent(
            1,
            "Application",
            0,
            FakeServer.Imc,
            "",
            4182,
            [],
            text.Replace("WXJXSG2D.", "WXJXSG2D", StringComparison.Ordinal)
        );

        Assert.Equal(names, string.Join(',', entry.Names()));
    }

    public void Dispose() => _bench.Dispose();

    private void Stopped() => Server.SetState(FakeServer.Imc, ServiceState.Stopped);

    private async Task<Finding> CheckAsync(Call call) =>
        await _bench
            .Actions.Checks[call.Use]
            .CheckAsync(await _bench.Site.ResolveAsync(call, CancellationToken.None), _bench.Site, CancellationToken.None);
}

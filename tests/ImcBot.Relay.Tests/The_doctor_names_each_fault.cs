using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Doctor;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using ImcBot.Testing.Link;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>One fault at a time is planted, and the doctor names that one.</summary>
public sealed class The_doctor_names_each_fault : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-doctor-").FullName;
    private readonly LeapingTime _time = new();
    private readonly FakeServer _server;
    private Host _host;
    private AnsweringBot _bot = null!;

    public The_doctor_names_each_fault()
    {
        _server = new FakeServer(_time);
        _host = _server.Host;
    }

    public async ValueTask InitializeAsync()
    {
        _bot = await AnsweringBot.StartAsync(AnsweringBot.Welcome(_time.GetUtcNow()));
        Enrol(_bot.Address);
    }

    [Fact]
    public async Task A_healthy_house_has_nothing_to_mend() => Assert.DoesNotContain(await LookAsync(), diagnosis => !diagnosis.Well);

    [Fact]
    public async Task The_fingerprint_of_its_key_is_told_in_the_groups_that_the_channel_shows()
    {
        using var key = RelayKey.Read(Options().KeyFile);
        var enrolment = Assert.Single(await LookAsync(), diagnosis => diagnosis.What == "enrolment");

        Assert.EndsWith($"key {KeyPrint.InGroups(key.PublicKey)}", enrolment.Said);
    }

    [Fact]
    public Task No_service_is_named() =>
        PlantedAsync("services", "no service MSExchangeIMC", () => _host = _host with { Services = new NoServices() });

    [Fact]
    public Task No_right_to_the_registry_is_named() =>
        PlantedAsync(
            "registry",
            "access is denied",
            () =>
                _host = _host with
                {
                    Registry = new Refusing(
                        new HostException("EXCH01: registry key: access is denied; give the relay's account the right.", HostError.Denied)
                    ),
                },
            "shares",
            "imcdata"
        );

    [Fact]
    public Task No_right_to_the_event_log_is_named() =>
        PlantedAsync(
            "events",
            "access is denied",
            () =>
                _host = _host with
                {
                    Events = new Refusing(new HostException("EXCH01: event log Application: access is denied.", HostError.Denied)),
                }
        );

    [Fact]
    public Task No_share_is_named() => PlantedAsync("shares", "D$ is off", () => _server.Free.Remove("D:"));

    [Fact]
    public Task A_wrong_RootDir_is_named() =>
        PlantedAsync(
            "imcdata",
            @"RootDir is wrong: it names D:\Exchange\Imcdata",
            () => _server.Set(Installation.ImcParameters, new RegistryValue("RootDir", ValueKind.Sz, @"D:\Exchange\Imcdata"))
        );

    [Fact]
    public Task A_missing_RootDir_is_named() =>
        PlantedAsync("registry", "no RootDir", () => _server.Unset(Installation.ImcParameters, "RootDir"), "shares", "imcdata");

    [Fact]
    public Task A_server_clock_off_by_an_hour_is_named() =>
        PlantedAsync("clock", "60 minutes apart", () => _host = _host with { Machine = new Late(_host.Machine, Hour) });

    [Fact]
    public Task A_closed_port_is_named() =>
        PlantedAsync("port", "port 25", () => _host = _host with { Machine = new Late(_host.Machine, TimeSpan.Zero, silent: true) });

    [Fact]
    public Task A_bot_that_does_not_answer_is_named() =>
        PlantedAsync("bot", "does not answer", () => Enrol($"http://127.0.0.1:{Loopback.FreePort()}"));

    [Fact]
    public async Task A_wrong_certificate_is_named()
    {
        using var authority = new TestAuthority();
        await using var proxy = new FaultProxy(new Uri(_bot.Address), authority);

        await PlantedAsync(
            "bot",
            "comes from CN=ImcBot test authority, which this host does not trust",
            () => Enrol(proxy.Address.OriginalString)
        );
    }

    [Fact]
    public Task A_clock_apart_from_the_bots_is_named() =>
        PlantedAsync(
            "bot",
            "this relay's clock is 60 minutes behind the bot's",
            () => _bot.Answer = AnsweringBot.Welcome(_time.GetUtcNow() + Hour)
        );

    [Fact]
    public Task A_relay_nobody_has_confirmed_is_named() =>
        PlantedAsync("bot", "waits for an administrator", () => _bot.Refuse(403, "An administrator has not confirmed this relay yet."));

    [Fact]
    public Task Another_relay_for_the_host_is_named() =>
        PlantedAsync(
            "bot",
            "another relay is enrolled for this host",
            () =>
                _bot.Refuse(
                    410,
                    "This relay was revoked. Enrol again with a new code. EXCH01 has another relay, exch01-def; revoke that one "
                        + "first if this one is meant."
                )
        );

    [Fact]
    public Task An_enrolment_for_another_server_is_named() =>
        PlantedAsync(
            "name",
            "enrolled for EXCH02",
            () => new Membership(_bot.Address, "exch02-abc", "EXCH02", """{"keys":[]}""").Write(Options().MembershipFile)
        );

    [Fact]
    public Task No_enrolment_is_named() => PlantedAsync("enrolment", "not enrolled", () => File.Delete(Options().MembershipFile), "bot");

    [Fact]
    public async Task A_policy_that_refuses_is_named() =>
        Assert.Contains(
            "refuses everything that changes the server",
            Assert.Single(await LookAsync(Impact.Read), diagnosis => !diagnosis.Well).Said
        );

    [Fact]
    public async Task A_full_disk_under_the_ledger_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device that is always full is one of Linux.");

        await PlantedAsync("ledger", "is full", () => File.CreateSymbolicLink(Options().ReserveFile, "/dev/full"));
    }

    [Fact]
    public async Task A_scanner_that_takes_files_from_the_hold_folder_is_named()
    {
        Assert.True((await LookAsync(eicar: true)).Single(diagnosis => diagnosis.What == "antivirus").Well);
        _host = _host with { Files = new Eating(_host.Files) };

        var found = Assert.Single(await LookAsync(eicar: true), diagnosis => !diagnosis.Well);

        Assert.Contains(@"took the test file from D:\ImcBotHold", found.Said);
        Assert.Empty(_server.Names(@"D:\ImcBotHold"));
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="also">What cannot be looked at either because of it.</param>
    private async Task PlantedAsync(string what, string said, Action plant, params string[] also)
    {
        plant();
        var wrong = (await LookAsync()).Where(diagnosis => !diagnosis.Well).ToList();

        Assert.Equal([what, .. also], wrong.Select(diagnosis => diagnosis.What).OrderBy(name => name == what ? 0 : 1));
        Assert.Contains(said, wrong.Single(diagnosis => diagnosis.What == what).Said);
    }

    private async Task<List<Diagnosis>> LookAsync(Impact highest = Impact.Destructive, bool eicar = false)
    {
        var found = new List<Diagnosis>();
        await foreach (
            var diagnosis in new Diagnostics(Options(highest), _ => Task.FromResult(_host), eicar, _time).LookAsync(
                TestContext.Current.CancellationToken
            )
        )
        {
            found.Add(diagnosis);
        }

        return found;
    }

    private RelayOptions Options(Impact highest = Impact.Destructive) =>
        new(_folder, "lab", null, new HostProfile(2, 4, 15, 15, 3), Policies.Usual with { Highest = highest });

    private void Enrol(string bot)
    {
        RelayKey.Open(Options().KeyFile).Dispose();
        new Membership(bot, "exch01-abc", _server.Host.Name, """{"keys":[]}""").Write(Options().MembershipFile);
    }

    private sealed class NoServices : IServices
    {
        public Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ServiceInfo>>([]);
    }

    private sealed class Refusing(HostException refusal) : IRegistry, IEventLog
    {
        public Task<IReadOnlyList<RegistryValue>> ValuesAsync(string key, CancellationToken cancellationToken) => throw refusal;

        public Task<IReadOnlyList<LogEvent>> ReadAsync(string log, long after, TimeSpan wait, CancellationToken cancellationToken) =>
            throw refusal;
    }

    private sealed class Late(IMachine machine, TimeSpan late, bool silent = false) : IMachine
    {
        public async Task<long> TimeAsync(CancellationToken cancellationToken) =>
            await machine.TimeAsync(cancellationToken) - (long)late.TotalMicroseconds;

        public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(CancellationToken cancellationToken) =>
            machine.EnvironmentAsync(cancellationToken);

        public async Task<string?> GreetingAsync(int port, CancellationToken cancellationToken) =>
            silent ? null : await machine.GreetingAsync(port, cancellationToken);
    }

    private sealed class Eating(IFiles files) : IFiles
    {
        public Task<IReadOnlyList<FileEntry>?> ListAsync(
            string folder,
            string pattern,
            bool recursive,
            CancellationToken cancellationToken
        ) => files.ListAsync(folder, pattern, recursive, cancellationToken);

        public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
            throw new HostException($"{path} is not there.", HostError.NotFound);

        public Task<string?> LinkAsync(string path, CancellationToken cancellationToken) => files.LinkAsync(path, cancellationToken);

        public Task<Version?> VersionAsync(string path, CancellationToken cancellationToken) => files.VersionAsync(path, cancellationToken);
    }
}

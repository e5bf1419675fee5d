using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Tests.Fakes;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>After the undo of every reversible action: contents, names, registry values and types, service states as before.</summary>
public sealed class Undo_leaves_everything_as_before : IDisposable
{
    private const string Threads = "Max Threads (Public+Private)";

    private static readonly QuestionId Later = new(7, 4);

    private static readonly PolicyCommand Track = new("track", "Track", Impact.Reversible, [], ["/opt/track"], "stays on", 5)
    {
        Undo = ["/opt/track", "--off"],
        UndoDoes = "turns it off",
    };

    private readonly Bench _bench = new(Policies.Usual with { Commands = [Track] });

    private FakeServer Server => _bench.Server;

    public static TheoryData<string, string> Rows =>
        new()
        {
            { "smtp-log.set", "the value stands there" },
            { "smtp-log.set", "under another ordinal" },
            { "threads.set", "the value stands there" },
            { "threads.set", "there is no value" },
            { "threads.set", "another spelling" },
            { "antivirus.exclude", "the list stands there" },
            { "antivirus.exclude", "there is no list" },
            { "antivirus.exclude", "another type" },
            { "antivirus.pause", "it runs" },
            { "service.start", "it is stopped" },
            { "service.start", "it runs already" },
            { "service.stop", "it runs" },
            { "service.stop", "it is stopped already" },
            { "imcdata.move", "the service runs" },
            { "imcdata.move", "the service is stopped" },
            { "mail.hold", "In" },
            { "mail.hold", "Out" },
            { "mail.search", "the service runs" },
            { "inbound.pause", "the service runs" },
            { "inbound.pause", "the service is stopped" },
            { "command.track", "it has an undo" },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Everything_is_as_before(string use, string where)
    {
        Server.Answering = vector =>
        {
            Server.Set(@"HKLM\SOFTWARE\Track", RegistryValue.Dword("On", vector.Count == 1 ? 1 : 0));
            return new CommandResult(0, "ok");
        };
        Server.Set(@"HKLM\SOFTWARE\Track", RegistryValue.Dword("On", 0));
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(FakeServer.In + @"\MSG00001", "HANG mail one", TimeSpan.FromHours(1));
        Server.Put(FakeServer.In + @"\MSG00002", "HANG mail two", TimeSpan.FromHours(1));
        Server.Put(FakeServer.Imcdata + @"\Out\OUT00001", "to send", TimeSpan.FromHours(1));
        var remedy = Arrange(use, where);
        var before = Server.Snapshot();

        var (plan, digest) = await _bench.PlanAsync(remedy);
        var done = await _bench.RunAsync(
            new RunId(Bench.Question, 1),
            digest,
            plan.Impact,
            use == "mail.search" ? new RoundOrder(RoundKind.Hold, IndexSet.Empty, IndexSet.Empty, null) : null
        );
        var changed = Server.Record.Count > 0;
        Assert.Equal(Verdict.Clear, done.Verdict);
        if (changed)
        {
            Assert.NotEqual(before, Server.Snapshot());
            Assert.Equal(Verdict.Clear, (await _bench.ActAsync(Remedy.Undo(Bench.Question), Later)).Verdict);
        }

        Assert.Equal(where.EndsWith("already", StringComparison.Ordinal), !changed);
        Assert.Equal(before, Server.Snapshot());
    }

    [Fact]
    public async Task Every_action_that_can_be_undone_has_a_row_here_or_its_test_on_a_live_Postfix()
    {
        var tried = await TriesAttribute.OfAsync(GetType(), typeof(Postfix.A_live_Postfix_is_asked_and_set));

        Assert.Equal(_bench.Actions.Actions.Values.OfType<IUndoable>().Select(action => action.Id).Order(StringComparer.Ordinal), tried);
        Assert.Equal(
            _bench.Policy.Catalog.Values.Where(entry => entry.Undo is not null).Select(entry => entry.Id).Order(StringComparer.Ordinal),
            tried
        );
        Assert.Equal(21, Rows.Count);
    }

    [Fact]
    public void Every_action_says_what_becomes_of_it_when_nobody_speaks_any_more() =>
        Assert.All(_bench.Policy.Catalog.Values.Where(entry => !entry.IsCheck), entry => Assert.NotEmpty(entry.Abandoned));

    [Fact]
    public async Task After_a_move_ten_new_messages_arrive_and_the_undo_carries_every_one_back()
    {
        Server.Put(FakeServer.In + @"\MSG00001", "HANG first");
        await _bench.ActAsync(One("imcdata.move", ("to", "E:")));
        List<string> arrived = [.. Enumerable.Range(0, 10).Select(number => $"NEW0000{number}")];
        foreach (var name in arrived)
        {
            Server.Put($@"E:\Exchsrvr\Imcdata\In\{name}", $"HANG {name}");
        }

        var undone = await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);

        Assert.Equal(Verdict.Clear, undone.Verdict);
        Assert.Equal(["MSG00001", .. arrived], Server.Names(FakeServer.In));
        Assert.All(arrived, name => Assert.Equal($"HANG {name}", Server.Text($@"{FakeServer.In}\{name}")));
        Assert.Empty(Server.Names(@"E:\Exchsrvr\Imcdata\In"));
    }

    [Fact]
    public async Task After_a_hold_ten_new_messages_arrive_and_the_undo_leaves_every_one_there()
    {
        Server.SetState(FakeServer.Imc, ServiceState.Stopped);
        Server.Put(FakeServer.In + @"\MSG00001", "HANG first");
        await _bench.ActAsync(One("mail.hold", ("folder", "In")));
        List<string> arrived = [.. Enumerable.Range(0, 10).Select(number => $"NEW0000{number}")];
        arrived.ForEach(name => Server.Put($@"{FakeServer.In}\{name}", $"HANG {name}"));

        await _bench.ActAsync(Remedy.Undo(Bench.Question), Later);

        Assert.Equal(["MSG00001", .. arrived], Server.Names(FakeServer.In));
    }

    [Fact]
    public async Task A_value_that_other_hands_have_set_since_is_not_overwritten_by_an_undo()
    {
        Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword("7 SMTP Protocol Log", 5));
        await _bench.ActAsync(One("smtp-log.set", ("level", "0")));

        var report = await _bench.ActAsync(
            Remedy.Undo(Bench.Question),
            Later,
            () => Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword("7 SMTP Protocol Log", 3))
        );

        Assert.Contains("was 'Dword 0' and is 'Dword 3'", report.Data["voided"]);
        Assert.Equal("3", Server.Value(Installation.ImcDiagnostics, "7 SMTP Protocol Log"));
    }

    public void Dispose() => _bench.Dispose();

    private Remedy Arrange(string use, string where)
    {
        switch (use, where)
        {
            case ("smtp-log.set", "the value stands there"):
                Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword("7 SMTP Protocol Log", 5));
                break;
            case ("smtp-log.set", _):
                Server.Unset(Installation.ImcDiagnostics, "7 SMTP Protocol Log");
                Server.Set(Installation.ImcDiagnostics, RegistryValue.Dword("12 smtp protocol log", 5));
                break;
            case ("threads.set", "the value stands there"):
                Server.Set(Installation.StoreParameters, RegistryValue.Dword(Threads, 10));
                break;
            case ("threads.set", "another spelling"):
                Server.Unset(Installation.StoreParameters, Threads);
                Server.Set(Installation.StoreParameters, RegistryValue.Dword("MAX THREADS(Private + Public)", 10));
                break;
            case ("threads.set", _):
                Server.Unset(Installation.StoreParameters, Threads);
                break;
            case ("antivirus.exclude", "there is no list"):
                Server.Unset(FakeServer.AntivirusKey, "ExcludedItems");
                break;
            case ("antivirus.exclude", "another type"):
                Server.Set(FakeServer.AntivirusKey, new RegistryValue("ExcludedItems", ValueKind.Sz, @"C:\Exchsrvr"));
                break;
            case (_, "it runs already") or (_, "the service runs") or ("service.stop", "it runs"):
                Server.SetState(FakeServer.Imc, ServiceState.Running);
                break;
            default:
                break;
        }

        if (use.StartsWith("antivirus", StringComparison.Ordinal))
        {
            Server.SetState("McShield", ServiceState.Running);
        }

        return use switch
        {
            "smtp-log.set" => One(use, ("level", "0")),
            "threads.set" => One(use, ("value", "60")),
            "antivirus.exclude" => One(use, ("path", "${imcdata}")),
            "antivirus.pause" => One(use, ("service", "McShield"), ("for", "30min")),
            "imcdata.move" => One(use, ("to", "E:")),
            "mail.hold" => One(use, ("folder", where)),
            "mail.search" => One(use, ("starts", "9"), ("store-crashes", "9"), ("minutes", "40")),
            "command.track" => One(use),
            _ => One(use, ("service", FakeServer.Imc)),
        };
    }

    private static Remedy One(string use, params (string, string)[] with) => new([Call.To(use, with)], null, [], []);
}

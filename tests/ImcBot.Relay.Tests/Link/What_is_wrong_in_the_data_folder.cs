using ImcBot.Relay.Commands;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests.Link;

/// <summary>
/// The relay's own program on a data folder that others work on, or that is damaged: a sentence with file and remedy, exit code 2, and
/// nothing done.
/// </summary>
public sealed class What_is_wrong_in_the_data_folder
{
    private const string Membership = "membership.json",
        Key = "relay.key",
        Ledger = "ledger.db";

    private static readonly (string File, Action<string> Damage, string Said)[] Damages =
    [
        (Membership, Empty, "cannot be read"),
        (Membership, Halve, "cannot be read"),
        (Membership, path => File.WriteAllText(path, "null"), "It holds nothing"),
        (Membership, path => File.WriteAllText(path, "{}"), "cannot be read"),
        (Membership, path => File.WriteAllText(path, """{"bot":"","relay":"r","host":"EXCH01","grantKeys":"{}"}"""), "is no address"),
        (Key, Empty, "cannot be read"),
        (Key, Halve, "cannot be read"),
        (Key, File.Delete, "cannot be read"),
        (Ledger, Empty, "is empty"),
        (Ledger, File.Delete, "is missing"),
        (Ledger, path => File.WriteAllText(path, new string('x', 8192)), "is damaged"),
        (Ledger, Halve, "is damaged"),
        (Ledger, Exchange, "is another relay's"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_relay_on_the_same_folder_ends_at_once_and_commands_that_read_do_not()
    {
        await using var relay = await LinkedRelay.StartAsync();

        var (exit, said) = await relay.Process.SayAsync(Token, "run");
        var rotated = await relay.Process.SayAsync(Token, "rotate-key");
        var looked = await relay.Process.SayAsync(Token, "check", "service.running", "--with", $"service={FakeServer.Imc}");
        var ledger = await relay.Process.SayAsync(Token, "ledger");

        Assert.Equal(RelayCommand.WrongUse, exit);
        Assert.Contains($"Another relay works on {relay.Process.Data}. Stop it first", said, StringComparison.Ordinal);
        Assert.Equal(RelayCommand.WrongUse, rotated.Exit);
        Assert.NotEqual(RelayCommand.WrongUse, looked.Exit);
        Assert.NotEqual(RelayCommand.WrongUse, ledger.Exit);

        relay.Process.Kill();
        relay.Process.Start();
        relay.Stop();
        await relay.UntilAsync(() => relay.Told == 1);
    }

    [Fact]
    public async Task A_damaged_file_is_told_with_its_name_and_a_remedy_and_nothing_is_done()
    {
        await using var relay = await LinkedRelay.StartAsync();
        Assert.Equal(0, await relay.Process.StopAsync(Token));
        var whole = Directory.EnumerateFiles(relay.Process.Data).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);
        var calls = relay.Way.Calls;

        foreach (var (file, damage, sentence) in Damages)
        {
            Restore(relay.Process.Data, whole);
            var path = Path.Combine(relay.Process.Data, file);
            damage(path);

            var (exit, said) = await relay.Process.SayAsync(Token, "run");

            Assert.True(exit == RelayCommand.WrongUse, $"{file} {sentence}: exit code {exit}\n{said}");
            var told = Assert.Single(
                said.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => line.Contains(path, StringComparison.Ordinal)
            );
            Assert.Contains(sentence, told, StringComparison.Ordinal);
            Assert.Contains("ut it back from a backup, or", told, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }

        Assert.Equal(calls, relay.Way.Calls);
    }

    [Fact]
    public async Task The_doctor_names_all_that_is_damaged_and_looks_at_the_rest()
    {
        await using var relay = await LinkedRelay.StartAsync();
        Assert.Equal(0, await relay.Process.StopAsync(Token));
        Halve(Path.Combine(relay.Process.Data, Key));
        Halve(Path.Combine(relay.Process.Data, Ledger));

        var (exit, said) = await relay.Process.SayAsync(Token, "doctor");

        Assert.Equal(RelayCommand.NotDone, exit);
        Assert.Contains("The relay's key", said, StringComparison.Ordinal);
        Assert.Contains("The ledger", said, StringComparison.Ordinal);
        Assert.Contains("imcdata", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_ledger_is_begun_only_when_it_is_asked_for_and_the_bot_hears_of_it()
    {
        await using var relay = await LinkedRelay.StartAsync();
        var before = relay.Bot.Greeted!.Ledger!;
        Assert.Equal(0, await relay.Process.StopAsync(Token));
        File.Delete(Path.Combine(relay.Process.Data, Ledger));

        relay.Process.Start("--new-ledger");
        await relay.UntilAsync(() => relay.Bot.Greeted!.Ledger!.Id != before.Id);
        Assert.Contains("new ledger", relay.Bot.Greeted!.Ledger!.Since(before), StringComparison.Ordinal);

        var begun = relay.Bot.Greeted.Ledger!;
        Assert.Equal(0, await relay.Process.StopAsync(Token));
        relay.Process.Start();
        relay.Stop();
        await relay.UntilAsync(() => relay.Told == 1);
        Assert.Null(relay.Bot.Greeted.Ledger!.Since(begun));
    }

    [Fact]
    public async Task What_happened_before_the_enrolment_is_not_told()
    {
        await using var relay = await LinkedRelay.StartAsync(enrolled: server =>
        {
            server.Write(FakeServer.Imc, 4102);
            return Clock.Micros(TimeProvider.System.GetUtcNow());
        });

        relay.Stop();
        await relay.UntilAsync(() => relay.Told > 0);

        Assert.Equal(1, relay.Told);
    }

    private static void Restore(string folder, Dictionary<string, byte[]> files)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            File.Delete(path);
        }

        foreach (var (path, bytes) in files)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    private static void Empty(string path) => File.WriteAllBytes(path, []);

    private static void Halve(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(file.Length / 2);
    }

    private static void Exchange(string path)
    {
        File.Delete(path);
        OwnLedger.Identify(path);
    }
}

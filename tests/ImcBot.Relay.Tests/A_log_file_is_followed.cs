using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A log file keeps its count over rotation, over being cut off, and over a restart of the relay.</summary>
public sealed class A_log_file_is_followed : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-log-").FullName;

    private string Log => Path.Combine(_folder, "error.log");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public A_log_file_is_followed() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Log files are followed on Linux.");

    [Fact]
    public async Task Each_line_is_told_once_and_half_a_line_when_it_is_whole()
    {
        File.WriteAllText(Log, "one\ntwo\nthr");
        var log = Open();
        var first = await ReadAsync(log, 0);
        File.AppendAllText(Log, "ee\n");
        var rest = await ReadAsync(log, first[^1].Index);

        Assert.Equal(("one|two", "three"), (Said(first), Said(rest)));
        Assert.Equal("two|three", Said(await ReadAsync(log, first[0].Index)));
    }

    [Fact]
    public async Task A_rotated_log_is_read_to_its_end_and_then_the_new_one()
    {
        File.WriteAllText(Log, "one\n");
        var log = Open();
        var after = (await ReadAsync(log, 0))[^1].Index;
        File.AppendAllText(Log, "two\n");
        File.Move(Log, Log + ".1");
        File.WriteAllText(Log, "three\n");

        var rest = await ReadAsync(log, after);
        var fresh = await ReadAsync(log, rest[^1].Index);

        Assert.Equal(("two", "three"), (Said(rest), Said(fresh)));
        Assert.True(fresh[0].Index > rest[0].Index);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a new beginning that is longer than all that was there before it was cut off, and by far\n")]
    public async Task A_log_that_was_cut_off_is_read_from_its_new_beginning(string written)
    {
        File.WriteAllText(Log, "a line that is long enough to be told from any other by its beginning\n");
        var log = Open();
        var after = (await ReadAsync(log, 0))[^1].Index;
        File.WriteAllText(Log, written + "two\n");

        var fresh = await ReadAsync(log, after);

        Assert.Equal("two", fresh[^1].Message);
        Assert.Equal(written.Length == 0 ? 1 : 2, fresh.Count);
        Assert.True(fresh[0].Index > after);
    }

    [Fact]
    public async Task A_relay_that_is_started_again_goes_on_where_it_was_though_the_log_was_rotated_meanwhile()
    {
        File.WriteAllText(Log, "one\n");
        var log = Open();
        var one = (await ReadAsync(log, 0))[^1].Index;
        File.Move(Log, Log + ".1");
        File.WriteAllText(Log, "two\n");
        var two = (await ReadAsync(log, one))[^1].Index;
        File.AppendAllText(Log, "three\n");
        File.Move(Log, Log + ".2");
        File.WriteAllText(Log, "four\n");

        var again = Open();
        var three = await ReadAsync(again, two);

        Assert.Equal(("three", "four"), (Said(three), Said(await ReadAsync(again, three[^1].Index))));
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_empty_and_the_last_lines_are_the_last()
    {
        Assert.Empty(await ReadAsync(Open(), 0));
        File.WriteAllLines(Log, Enumerable.Range(1, 5000).Select(number => $"line {number}"));

        var last = await FollowedLog.LastAsync("web", Log, 3, TimeProvider.System, Token);

        Assert.Equal(["line 4998", "line 4999", "line 5000"], last.Select(entry => entry.Message));
    }

    [Fact]
    public async Task The_last_lines_of_a_service_are_found_however_its_name_is_spelt()
    {
        File.WriteAllLines(Log, ["it said this"]);
        var events = new LinuxEvents([new ManagedService("web") { Log = Log }], null, null, TimeProvider.System);

        Assert.Equal("it said this", Assert.Single(await events.LastAsync("Web", 3, Token)).Message);
    }

    [Fact]
    public async Task Of_short_lines_too_the_last_are_the_newest()
    {
        File.WriteAllLines(Log, Enumerable.Range(1, 5000).Select(number => $"{number}"));

        var last = await FollowedLog.LastAsync("web", Log, 500, TimeProvider.System, Token);

        Assert.Equal(Enumerable.Range(4501, 500).Select(number => $"{number}"), last.Select(entry => entry.Message));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FollowedLog Open() => new("web", Log, Path.Combine(_folder, "note.json"), TimeProvider.System);

    private static Task<IReadOnlyList<LogEvent>> ReadAsync(FollowedLog log, long after) => log.ReadAsync(after, TimeSpan.Zero, Token);

    private static string Said(IEnumerable<LogEvent> events) => string.Join('|', events.Select(entry => entry.Message));
}

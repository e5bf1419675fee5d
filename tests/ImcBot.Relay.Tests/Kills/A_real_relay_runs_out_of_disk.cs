using ImcBot.Relay.Ledger;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests.Kills;

/// <summary>
/// The volume of the ledger is full in the middle of a run: what is done is written, the process lives, people are told, and the search
/// comes to rest.
/// </summary>
public sealed class A_real_relay_runs_out_of_disk(ITestOutputHelper output)
{
    private const int Points = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_ten_points_of_a_search_every_change_is_in_the_ledger_and_the_channel_is_told()
    {
        Assert.SkipWhen(RelayProcess.Program is null, "The relay is not built: run 'dotnet build' in the folder of ImcBot.sln first.");
        var changes = await TryAsync(0);
        var spent = 0;
        for (var point = 0; point < Points; point++)
        {
            spent += await TryAsync(1 + (point * (changes - 1) / (Points - 1)));
        }

        Assert.True(spent >= Points / 2, $"the reserve was given up at {spent} points only");
    }

    [Fact]
    public void What_is_written_together_on_a_full_disk_is_written_once_the_reserve_is_given_up()
    {
        using var disk = Mounted();
        var reserve = new Reserve(Path.Combine(disk.Folder, "reserve.bin"));
        using var database = new Database(Path.Combine(disk.Folder, "ledger.db"), reserve);
        Assert.True(reserve.IsHeld());
        disk.Fill();

        var big = new byte[5 << 20];
        database.Together(() =>
        {
            database.Run("INSERT INTO mark VALUES('a', 1)");
            database.Run("INSERT INTO plan VALUES('x', 'INC-7/3', @bytes)", ("@bytes", big));
        });

        Assert.True(reserve.IsSpent);
        Assert.False(reserve.IsHeld());
        Assert.Equal([1L], database.Read("SELECT value FROM mark", row => row.GetInt64(0)));
        disk.Fill();
        var full = Assert.Throws<LedgerException>(() =>
            database.Run("INSERT INTO plan VALUES('y', 'INC-7/3', @bytes)", ("@bytes", new byte[20 << 20]))
        );
        Assert.Contains("make room", full.Message, StringComparison.Ordinal);
        disk.MakeRoom();
        Assert.True(reserve.IsHeld());
        Assert.False(reserve.IsSpent);
    }

    private static SmallDisk Mounted()
    {
        var disk = SmallDisk.TryMount();
        Assert.SkipWhen(disk is null, "A file system in memory cannot be mounted here: run as root on Linux.");
        return disk!;
    }

    /// <summary>Changes of the scenario for 0; else 1 when the reserve was given up, or 0.</summary>
    private async Task<int> TryAsync(int change)
    {
        using var disk = Mounted();
        var (run, problem) = await FilledRelay.TryAsync(disk, change, Token);
        await using (run)
        {
            output.WriteLine(
                $"full at change {change} of {run.Changes}: {(run.IsSpent ? "the reserve was given up" : "the reserve stayed")}, "
                    + $"{problem ?? "well"}"
            );
            Assert.True(problem is null, $"full at change {change}: {problem}");
            return change == 0 ? run.Changes
                : run.IsSpent ? 1
                : 0;
        }
    }
}

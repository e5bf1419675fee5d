using ImcBot.Benchmarks.Folder;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>The Windows driver's share of the benchmark "folder", on files that the lane plants: lane FOLDER -explicit only -diagnostics.</summary>
public sealed class A_huge_log_folder
{
    private const string Log = WinePrefix.Imcdata + @"\Log";

    [Fact(Explicit = true)]
    public async Task Of_20_GB_in_200_000_files_is_measured_and_planned_within_200_MB()
    {
        var host = WinePrefix.Connect(byName: false);
        var data = Directory.CreateTempSubdirectory("imcbot-folder-").FullName;
        var figures = await FolderTrial.MeasureAsync(Log, host, data, TestContext.Current.CancellationToken);

        TestContext.Current.SendDiagnosticMessage("{0}", figures);
        Assert.True(figures.Peak < 200 << 20, figures.ToString());
        Assert.Equal(200_000, figures.Files);
    }
}

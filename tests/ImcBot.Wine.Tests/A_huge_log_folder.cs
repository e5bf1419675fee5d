using ImcBot.Benchmarks.Folder;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>
/// The Windows driver's share of the benchmark "folder", on files that the lane plants: lane FOLDER -explicit only -diagnostics.
/// </summary>
public sealed class A_huge_log_folder
{
    /// <summary>What is left of 200 MB when the relay at rest has taken 74 MB (measured under Wine; this test runner takes more).</summary>
    private const long Bound = 126L << 20;

    private const string Log = WinePrefix.Imcdata + @"\Log";

    [Fact(Explicit = true)]
    public async Task Of_20_GB_in_200_000_files_is_measured_and_planned_within_200_MB()
    {
        var host = WinePrefix.Connect(byName: false);
        var data = Directory.CreateTempSubdirectory("imcbot-folder-").FullName;
        var figures = await FolderTrial.MeasureAsync(Log, host, data, TestContext.Current.CancellationToken);

        TestContext.Current.SendDiagnosticMessage("{0}", figures);
        Assert.True(figures.Peak - figures.Before < Bound, figures.ToString());
        Assert.Equal(200_000, figures.Files);
    }
}

using ImcBot.Relay.Products.Exchange.Messages;
using ImcBot.Testing;
using ImcBot.Testing.Mail;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>A sample of the benchmark <c>suspicion</c>: each defect planted into real mail, and files that parsers fear.</summary>
public sealed class Suspicion_of_real_mail
{
    private const int Placements = 5,
        LargeFile = 4 << 20;

    [Fact]
    public async Task The_culprit_is_among_the_five_most_suspicious_of_a_hundred_in_nine_of_ten_spools()
    {
        var folder = Repository.Shared("data/mail");
        Assert.SkipWhen(folder is null, "The folder of real mail is not here.");
        using var scanner = new MessageScanner();
        var trial = await SuspicionTrial.BeginAsync(
            folder!,
            async file => (await scanner.ScanAsync(new MemoryStream(file), CancellationToken.None)).Features
        );

        var hits = 0;
        foreach (var defect in Planting.All.Keys)
        {
            var found = await trial.HitsAsync(defect, Placements, build: null, seed: 3);
            Assert.True(found > 0, $"{defect} was never among the suspects");
            hits += found;
        }

        Assert.True(hits >= 0.9 * Placements * Planting.All.Count, $"{hits} of {Placements * Planting.All.Count}");
    }

    [Fact]
    public async Task A_large_file_of_any_shape_takes_bounded_memory()
    {
        foreach (var (shape, file) in LargeMail.Shapes(LargeFile))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var scanner = new MessageScanner();
            var scanned = await scanner.ScanAsync(new MemoryStream(file), CancellationToken.None);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.Equal(64, scanned.Sha256.Length);
            Assert.True(allocated < 200 << 20, $"{shape}: {allocated >> 20} MB");
        }
    }
}

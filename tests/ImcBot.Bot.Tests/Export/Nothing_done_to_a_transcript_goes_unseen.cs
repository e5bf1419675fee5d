using System.Reflection;
using System.Text;
using ImcBot.Bot.Export;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Export;

/// <summary>Two hundred entries; each damage is checked from the line before it on, so that the whole campaign takes seconds.</summary>
public sealed class Nothing_done_to_a_transcript_goes_unseen(ITestOutputHelper output)
{
    private const int Entries = 200;

    private static readonly MethodInfo Clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly Lazy<Task<byte[][]>> Written = new(WriteAsync);

    [Fact]
    public async Task Each_byte_flipped_in_turn_is_found_and_the_right_entry_is_named()
    {
        var lines = await LinesAsync();
        var (walks, flipped) = (Walks(lines), 0);
        for (var at = 0; at < lines.Length; at++)
        {
            var line = (byte[])lines[at].Clone();
            for (var index = 0; index < line.Length; index++, flipped++)
            {
                line[index] ^= (byte)(1 << (index % 8));

                // A line feed in the middle makes two lines of it; the first of them must fail.
                var problem = line[index] == '\n' ? After(walks[at], line[..index]) : After(walks[at], line, at == 0 ? lines[1] : null);
                Assert.True(Names(problem, at), $"line {at} byte {index}: {problem}");
                line[index] = lines[at][index];
            }

            // The line feed itself: two lines become one.
            Assert.True(Names(After(walks[at], [.. lines[at], (byte)'\v', .. at + 1 < lines.Length ? lines[at + 1] : []]), at));
            flipped++;
        }

        output.WriteLine($"{flipped} bytes of {Entries} entries flipped, all found at their entry.");
        Assert.Equal(lines.Sum(line => line.Length + 1), flipped);
    }

    [Fact]
    public async Task Each_entry_dropped_doubled_or_swapped_is_found_and_named()
    {
        var lines = await LinesAsync();
        var walks = Walks(lines);
        for (var entry = 1; entry <= Entries; entry++)
        {
            Assert.True(Names(After(walks[entry], lines[entry + 1]), entry), $"dropped {entry}");
            Assert.True(Names(After(walks[entry + 1], lines[entry]), entry + 1), $"doubled {entry}");
            for (var other = entry + 1; other <= Entries; other++)
            {
                Assert.True(Names(After(walks[entry], lines[other]), entry), $"swapped {entry} and {other}");
            }
        }
    }

    [Fact]
    public async Task Each_tail_that_is_cut_is_found()
    {
        var lines = await LinesAsync();
        var walks = Walks(lines);
        for (var at = 0; at < lines.Length; at++)
        {
            var kept = Copy(walks[at]).Finish();
            Assert.Contains(at == 0 ? "empty" : $"after entry {at - 1} ", kept.Problem, StringComparison.Ordinal);
        }

        for (var cut = 1; cut < lines[^1].Length; cut++)
        {
            var walk = Copy(walks[^2]);
            walk.Take(lines[^1][..^cut]);
            walk.Break();
            Assert.NotNull(walk.Finish().Problem);
        }

        await using var file = new MemoryStream([.. lines.SelectMany(line => line.Append((byte)'\n')).SkipLast(1)]);
        Assert.Contains(
            "last byte",
            (await TranscriptCheck.VerifyAsync(file, null, TestContext.Current.CancellationToken)).Problem,
            StringComparison.Ordinal
        );
    }

    private static bool Names(string? problem, int line) =>
        problem is not null
        && (
            line switch
            {
                0 => problem.Contains("first line", StringComparison.Ordinal)
                    || problem.Contains("this version", StringComparison.Ordinal)
                    || problem.Contains("ntry 1 ", StringComparison.Ordinal),
                > Entries => problem.Contains("last line", StringComparison.Ordinal)
                    || problem.Contains($"ntry {Entries + 1} ", StringComparison.Ordinal)
                    || problem.Contains("last byte", StringComparison.Ordinal),
                _ => problem.Contains($"ntry {line} ", StringComparison.Ordinal),
            }
        );

    // What-ifs need not begin at the first line.
    private static TranscriptWalk Copy(TranscriptWalk walk) => (TranscriptWalk)Clone.Invoke(walk, null)!;

    private static string? After(TranscriptWalk before, byte[] line, byte[]? next = null)
    {
        var walk = Copy(before);
        walk.Take(line);
        if (walk.Problem is null && next is not null)
        {
            walk.Take(next);
        }

        return walk.Problem;
    }

    /// <summary>The walk as it stands before each line, and after the last.</summary>
    private static List<TranscriptWalk> Walks(byte[][] lines)
    {
        var walks = new List<TranscriptWalk> { new() };
        foreach (var line in lines)
        {
            var walk = Copy(walks[^1]);
            walk.Take(line);
            Assert.Null(walk.Problem);
            walks.Add(walk);
        }

        return walks;
    }

    private static Task<byte[][]> LinesAsync() => Written.Value;

    private static async Task<byte[][]> WriteAsync()
    {
        var night = new Rehearsal("message");
        while (night.Told.Count < Entries)
        {
            night.Tell(at => new Noted(at, Some.Responder, "so", night.Told.Count % 2 == 0));
        }

        using var sample = await SampleJournal.WriteAsync(night.Told);
        return [.. Encoding.UTF8.GetString(await sample.ExportAsync("jsonl")).TrimEnd('\n').Split('\n').Select(Encoding.UTF8.GetBytes)];
    }
}

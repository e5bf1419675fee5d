using System.IO.Compression;

namespace ImcBot.Bot.Export;

/// <summary>A form of the transcript: hears every entry in order, and writes itself once the whole journal is known to hold.</summary>
internal abstract class Rendering : IDisposable
{
    public abstract void Take(Told told);

    public abstract Task WriteAsync(ReviewModel model, Stream output, CancellationToken cancellationToken);

    public abstract void Dispose();
}

/// <summary>
/// Text that waits, compressed in memory, until what stands before it in the file is known: 100,000 lines take a few megabytes.
/// </summary>
internal sealed class PackedText : IDisposable
{
    private readonly MemoryStream _kept = new();
    private readonly ZLibStream _packed;

    public PackedText()
    {
        _packed = new ZLibStream(_kept, CompressionLevel.Fastest, leaveOpen: true);
        Writer = new StreamWriter(_packed, bufferSize: 64 * 1024, leaveOpen: true) { NewLine = "\n" };
    }

    public StreamWriter Writer { get; }

    /// <summary>For a form that writes bytes, and then nothing by <see cref="Writer"/>.</summary>
    public Stream Packed => _packed;

    /// <summary>Ends the text and copies it.</summary>
    public async Task CopyToAsync(Stream output, CancellationToken cancellationToken)
    {
        await Writer.FlushAsync(cancellationToken);
        await _packed.DisposeAsync();
        _kept.Position = 0;
        await using var unpacked = new ZLibStream(_kept, CompressionMode.Decompress, leaveOpen: true);
        await unpacked.CopyToAsync(output, cancellationToken);
    }

    public void Dispose()
    {
        // Not the writer: it would flush into what has been closed.
        _packed.Dispose();
        _kept.Dispose();
    }
}

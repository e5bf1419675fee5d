namespace ImcBot.Bot.Journal;

/// <summary>Whether the bot can keep what it is told: its database is written to, durably, with room to spare.</summary>
internal sealed class Readiness(Journals journal, BotOptions options, TimeProvider clock)
{
    /// <summary>Less room than this beside the database is told before it is too late.</summary>
    public const long LeastRoom = 64L << 20;

    // Whoever asks again and again must not wear out the disk.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private long? _askedAt;
    private string? _problem;

    /// <summary>What is wrong and what to do, as a sentence; null when all is well.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is not { } asked || clock.GetElapsedTime(asked) >= Remembered)
            {
                _problem = await WriteAsync(cancellationToken) ?? Room();
                _askedAt = clock.GetTimestamp();
            }

            return _problem;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<string?> WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await journal.CanWriteAsync(cancellationToken) ? null : $"The database cannot be written: its disk is full. {Advice}";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The database cannot be written: {exception.GetBaseException().Message} Look at the database and at "
                + "the log of the bot.";
        }
    }

    private string? Room()
    {
        if (options.ConnectionString is not null)
        {
            return null;
        }

        var left = new DriveInfo(Path.GetFullPath(options.Data)).AvailableFreeSpace;
        return left >= LeastRoom ? null : $"Only {left >> 20} MB are left on the volume of Bot:Data. {Advice}";
    }

    private string Advice =>
        options.ConnectionString is null
            ? $"Make room on the volume of {Path.GetFullPath(options.Data)}."
            : "Make room on the database's server.";
}

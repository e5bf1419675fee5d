using System.Net;
using ImcBot.Bot.OnCall.Calendars;

namespace ImcBot.Bot.OnCall;

/// <summary>Fetches a calendar from a file or an address.</summary>
internal sealed class CalendarReader(IHttpClientFactory clients, TimeProvider clock)
{
    public const string Client = "calendar";

    /// <summary>A larger calendar is not read: 2 MB, as it is after it was unpacked.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private const int MostMoves = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The calendar, or why it could not be read, as a part of a sentence that names no address: feeds carry secrets in theirs.
    /// </summary>
    /// <param name="contentType">What a server would have said of a file, or null.</param>
    public async Task<(ShiftCalendar? Calendar, string? Problem)> ReadAsync(
        string source,
        CalendarReading reading,
        string? contentType,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var (feed, type) = source.Contains("://", StringComparison.Ordinal)
                ? await FetchAsync(source, either.Token)
                : (await OpenAsync(source, either.Token), null);
            return (ShiftCalendar.Read(feed, contentType ?? type, reading), null);
        }
        catch (FormatException exception)
        {
            return (null, exception.Message);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            return (null, "what its server sent cannot be unpacked");
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.StatusCode is { } status ? $"its server answered {(int)status}" : "its server cannot be reached");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, source.Contains("://", StringComparison.Ordinal) ? "its server cannot be reached" : "the file cannot be opened");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"it took longer than {Patience.TotalSeconds:0} s");
        }
    }

    private static async Task<byte[]> OpenAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await BytesAsync(file, cancellationToken);
    }

    // Each hop is looked at: an address that carries a secret goes over no plain line.
    private async Task<(byte[] Feed, string? ContentType)> FetchAsync(string source, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Client);
        var address =
            Uri.TryCreate(source, UriKind.Absolute, out var given) && given.IsSafe()
                ? given
                : throw new FormatException("its address is not https");
        for (var move = 0; move <= MostMoves; move++)
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsMoved(response.StatusCode) || response.Headers.Location is not { } location)
            {
                response.EnsureSuccessStatusCode();
                await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
                var type = response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.FirstOrDefault() : null;
                return (await BytesAsync(content, cancellationToken), type);
            }

            address = new Uri(address, location);
            if (!address.IsSafe())
            {
                throw new FormatException("it was moved to an address that is not https");
            }
        }

        throw new FormatException($"it was moved more than {MostMoves} times");
    }

    private static bool IsMoved(HttpStatusCode status) =>
        status
            is HttpStatusCode.MovedPermanently
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect;

    private static async Task<byte[]> BytesAsync(Stream stream, CancellationToken cancellationToken)
    {
        var feed = new byte[MostBytes + 1];
        var length = await stream.ReadAtLeastAsync(feed, feed.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MostBytes ? feed[..length] : throw new FormatException("it is larger than 2 MB");
    }
}

namespace ImcBot.Bot.OnCall;

/// <summary>Fetches a calendar from a file or an address.</summary>
internal sealed class CalendarReader(IHttpClientFactory clients, TimeProvider clock)
{
    public const string Client = "calendar";

    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The calendar, or why it could not be read, as a part of a sentence that names no address: feeds carry secrets in theirs.</summary>
    public async Task<(ShiftCalendar? Calendar, string? Problem)> ReadAsync(string source, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            await using var stream = source.Contains("://", StringComparison.Ordinal) ? await FetchAsync(source, either.Token) : File.OpenRead(source);
            return (ShiftCalendar.Read(await TextAsync(stream, either.Token)), null);
        }
        catch (FormatException exception)
        {
            return (null, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, "the file cannot be opened");
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.StatusCode is { } status ? $"its server answered {(int)status}" : "its server cannot be reached");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return (null, $"it took longer than {Patience.TotalSeconds:0} s");
        }
    }

    private async Task<Stream> FetchAsync(string address, CancellationToken token)
    {
        using var client = clients.CreateClient(Client);
        var response = await client.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, token);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStreamAsync(token);
    }

    private static async Task<string> TextAsync(Stream stream, CancellationToken token)
    {
        var buffer = new char[MostBytes + 1];
        using var text = new StreamReader(stream);
        var length = await text.ReadBlockAsync(buffer, token);
        return length <= MostBytes ? new string(buffer, 0, length) : throw new FormatException("it is larger than 2 MB");
    }
}

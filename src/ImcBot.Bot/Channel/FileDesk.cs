using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Files that were offered to people. Teams asks the person first and then names a place to upload to; until then, at most an hour, the bytes wait
/// here. Whoever starts again offers again.
/// </summary>
internal sealed class FileDesk(IHttpClientFactory clients, IOptions<ChannelOptions> options, TimeProvider time)
{
    public const string Client = "upload";

    private const int Most = 16;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    public Attachment Offer(string personId, string fileName, string description, byte[] content)
    {
        foreach (var old in _waiting.OrderByDescending(pair => pair.Value.Until).Where((pair, index) => index >= Most - 1 || pair.Value.Until < time.GetUtcNow()))
        {
            _waiting.TryRemove(old.Key, out _);
        }

        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _waiting[id] = new Waiting(personId, fileName, content, time.GetUtcNow() + Life);
        var context = new { file = id };
        var offer = JsonSerializer.SerializeToElement(new { description, sizeInBytes = content.Length, acceptContext = context, declineContext = context });
        return new Attachment(Attachment.FileConsent, offer, fileName);
    }

    /// <summary>The person has chosen. Returns what to tell them, and the file once it is uploaded.</summary>
    public async Task<(string? Text, Attachment? File)> ChooseAsync(Member by, JsonElement value, CancellationToken token)
    {
        var choice = value.Deserialize<Choice>(ConnectorClient.Json);
        if (choice?.Context?.File is not { } id || !_waiting.TryGetValue(id, out var waiting) || waiting.PersonId != by.Id || waiting.Until < time.GetUtcNow())
        {
            return ("This file is no longer kept here: type export again.", null);
        }

        if (choice is not { Action: "accept", UploadInfo: { UploadUrl: { } address } info })
        {
            _waiting.TryRemove(id, out _);
            return ("The file was not handed over.", null);
        }

        if (!Allows(address))
        {
            return ("The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over.", null);
        }

        await UploadAsync(address, waiting.Content, token);
        _waiting.TryRemove(id, out _);
        return (null, new Attachment(
            Attachment.FileInfo, JsonSerializer.SerializeToElement(new { uniqueId = info.UniqueId, fileType = info.FileType }), waiting.Name, info.ContentUrl?.AbsoluteUri));
    }

    private async Task UploadAsync(Uri address, byte[] content, CancellationToken token)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Headers.ContentRange = new ContentRangeHeaderValue(0, Math.Max(0, content.Length - 1), content.Length);
        try
        {
            using var response = await clients.CreateClient(Client).PutAsync(address, body, token);
            if (!response.IsSuccessStatusCode)
            {
                throw new ChannelException($"The file could not be uploaded (HTTP {(int)response.StatusCode}).", mayPass: true);
            }
        }
        catch (HttpRequestException exception)
        {
            throw new ChannelException($"The file could not be uploaded: {exception.Message}", mayPass: true, exception);
        }
    }

    // The address comes in an authenticated activity; it still may only lead to the tenant's files or to the service itself.
    private bool Allows(Uri address) => address.IsAbsoluteUri && (
        (address.Scheme == Uri.UriSchemeHttps && options.Value.UploadHosts.Any(host => address.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase)))
        || options.Value.AllowedServiceUrls.Any(allowed => allowed.Scheme == address.Scheme && allowed.Authority == address.Authority));

    private sealed record Waiting(string PersonId, string Name, byte[] Content, DateTimeOffset Until);

    private sealed record Choice(string? Action, ChoiceContext? Context, UploadInfo? UploadInfo);

    private sealed record ChoiceContext(string? File);

    private sealed record UploadInfo(Uri? UploadUrl, Uri? ContentUrl, string? UniqueId, string? FileType);
}

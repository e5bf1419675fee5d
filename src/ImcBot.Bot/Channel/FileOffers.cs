using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Bot.Schema;
using Microsoft.Bot.Schema.Teams;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Files that were offered to people. Teams asks the person first and then names a place to upload to; until then, at most an hour, the
/// bytes wait here. Whoever starts again offers again.
/// </summary>
internal sealed class FileOffers(IHttpClientFactory clients, IOptions<ChannelOptions> options, TimeProvider time)
{
    public const string Client = "upload";

    private const int Most = 16;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);

    public Attachment Offer(string personId, string fileName, string description, byte[] content)
    {
        foreach (
            var old in _waiting
                .OrderByDescending(pair => pair.Value.Until)
                .Where((pair, index) => index >= Most - 1 || pair.Value.Until < time.GetUtcNow())
        )
        {
            _waiting.TryRemove(old.Key, out _);
        }

        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _waiting[id] = new Waiting(personId, fileName, content, time.GetUtcNow() + Life);
        var context = new JObject { ["file"] = id };
        var offer = new FileConsentCard(description, content.Length, acceptContext: context, declineContext: context);
        return new Attachment(FileConsentCard.ContentType, content: offer, name: fileName);
    }

    /// <summary>The person has chosen. Returns what to tell them, and the file once it is uploaded.</summary>
    public async Task<(string? Text, Attachment? File)> ChooseAsync(Member by, JObject value, CancellationToken cancellationToken)
    {
        var choice = Read(value);
        if (
            (choice?.Context as JObject)?["file"] is not JValue { Value: string id }
            || !_waiting.TryGetValue(id, out var waiting)
            || waiting.PersonId != by.Id
            || waiting.Until < time.GetUtcNow()
        )
        {
            return ("This file is no longer kept here: type export again.", null);
        }

        if (
            choice is not { Action: "accept", UploadInfo: { UploadUrl: { } url } info }
            || !Uri.TryCreate(url, UriKind.Absolute, out var address)
        )
        {
            _waiting.TryRemove(id, out _);
            return ("The file was not handed over.", null);
        }

        if (!options.Value.AllowsUpload(address))
        {
            return ("The place to upload to is not one of this bot (Channel:UploadHosts), so nothing was handed over.", null);
        }

        if (await UploadAsync(address, waiting.Content, cancellationToken) is { } problem)
        {
            return ($"The file could not be uploaded: {problem}. Allow it once more, or type export again.", null);
        }

        _waiting.TryRemove(id, out _);
        return (
            null,
            new Attachment(FileInfoCard.ContentType, info.ContentUrl, new FileInfoCard(info.UniqueId, info.FileType), waiting.Name)
        );
    }

    private static FileConsentCardResponse? Read(JObject value)
    {
        try
        {
            return value.ToObject<FileConsentCardResponse>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Why it was not taken, as a part of a sentence that names no address: what Teams names for an upload is a secret.</summary>
    private async Task<string?> UploadAsync(Uri address, byte[] content, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Headers.ContentRange = new ContentRangeHeaderValue(0, Math.Max(0, content.Length - 1), content.Length);
        try
        {
            using var response = await clients.CreateClient(Client).PutAsync(address, body, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"its place answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException)
        {
            return "its place cannot be reached";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "its place did not answer in time";
        }
    }

    private sealed record Waiting(string PersonId, string Name, byte[] Content, DateTimeOffset Until);
}

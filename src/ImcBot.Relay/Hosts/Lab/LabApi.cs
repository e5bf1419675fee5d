using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImcBot.Contracts;

namespace ImcBot.Relay.Hosts.Lab;

/// <summary>
/// The practice server's HTTP dialect: 404 reads as null, any other refusal throws <see cref="HostException"/> with the server's sentence.
/// </summary>
internal sealed class LabApi(HttpClient http)
{
    /// <summary>Header that claims a change for one run.</summary>
    public const string RunHeader = "X-ImcBot-Run";

    public static string Escape(string text) => Uri.EscapeDataString(text);

    public async Task<T?> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await AskAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await RefuseAsync(response, path, cancellationToken);
        return await ReadAsync<T>(response, path, cancellationToken);
    }

    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var response = await AskAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        try
        {
            await RefuseAsync(response, path, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Sends a change claimed for <paramref name="run"/>; the answer's body, or null when it has none.</summary>
    public async Task<T?> ChangeAsync<T>(HttpMethod method, string path, string run, HttpContent? body, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Add(RunHeader, run);
        using var response = await AskAsync(request, cancellationToken);
        await RefuseAsync(response, path, cancellationToken);
        return typeof(T) == typeof(Empty) ? null : await ReadAsync<T>(response, path, cancellationToken);
    }

    public static JsonContent Json<T>(T value) => JsonContent.Create(value, RelayJson.Options.ShapeOf<T>());

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new HostException(
                $"The practice server at {http.BaseAddress} does not answer; check that it runs and that the host url is right.",
                HostError.NoAnswer,
                exception
            );
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostException(
                $"The practice server at {http.BaseAddress} took longer than {http.Timeout.TotalSeconds} s.",
                HostError.NoAnswer,
                exception
            );
        }
    }

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(RelayJson.Options.ShapeOf<T>(), cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException)
        {
            throw new HostException($"The practice server's answer to '{path}' could not be read: {exception.Message}", inner: exception);
        }
    }

    private static async Task RefuseAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        Refusal? refusal = null;
        try
        {
            refusal = await response.Content.ReadFromJsonAsync(RelayJson.Options.ShapeOf<Refusal>(), cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new HostException($"The practice server answered {(int)response.StatusCode} to '{path}'.", inner: exception);
        }

        throw new HostException(
            refusal?.Error ?? $"The practice server answered {(int)response.StatusCode} to '{path}'.",
            Win32.Kind(refusal?.Code)
        );
    }

    /// <summary>For answers without a body.</summary>
    internal sealed record Empty;

    internal sealed record Refusal(string? Error = null, int? Code = null);
}

/// <summary>A setting of a service in the practice server's form.</summary>
internal sealed record LabMode(string Mode);

/// <summary>A registry value in the practice server's form: data as string, strings, number or base64.</summary>
internal sealed record LabValue(string? Name, ValueKind Kind, JsonElement Data)
{
    public RegistryValue ToRegistry() =>
        new(
            Name ?? "",
            Kind,
            Data.ValueKind switch
            {
                JsonValueKind.Array => string.Join('\n', Data.EnumerateArray().Select(line => line.GetString())),
                JsonValueKind.Number => Data.GetInt64().ToString(),
                _ => Data.GetString() ?? "",
            }
        );

    public static LabValue From(RegistryValue value) =>
        new(
            null,
            value.Kind,
            value.Kind switch
            {
                ValueKind.Dword => Element(long.Parse(value.Text)),
                ValueKind.MultiSz => Element(value.Lines),
                _ => Element(value.Text),
            }
        );

    private static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, RelayJson.Options.ShapeOf<T>());
}

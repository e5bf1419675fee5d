using System.Collections.Concurrent;
using Microsoft.Bot.Connector;
using Microsoft.Bot.Connector.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Rest;
using Newtonsoft.Json;

namespace ImcBot.Bot.Channel;

/// <summary>
/// The SDK's connector clients over the client whose rules <see cref="ConnectorCalls"/> says: one for each service URL, kept, because a new
/// one learns the shapes of its JSON again.
/// </summary>
internal sealed class ConnectorClients(IHttpClientFactory clients, IOptions<ChannelOptions> options) : ConnectorFactory
{
    private readonly ConcurrentDictionary<Uri, Kept> _kept = new();
    private Uri _service = options.Value.ServiceUrl;

    /// <summary>
    /// Where the connector is: as configured, until an authenticated activity named another allowed address (Teams moves regions).
    /// </summary>
    public IConnectorClient Current => At(Volatile.Read(ref _service));

    public void Learn(Uri authenticated) => Volatile.Write(ref _service, authenticated);

    public override Task<IConnectorClient> CreateAsync(string serviceUrl, string audience, CancellationToken cancellationToken) =>
        Task.FromResult<IConnectorClient>(At(new Uri(serviceUrl)));

    private Kept At(Uri service) => _kept.GetOrAdd(service, Open);

    private Kept Open(Uri service)
    {
        var client = new Kept(clients.CreateClient(ConnectorCalls.Client)) { BaseUri = service };
        client.SerializationSettings.Formatting = Formatting.None;
        client.DeserializationSettings.DateParseHandling = DateParseHandling.None;
        return client;
    }

    /// <summary><see cref="ConnectorTokenHandler"/> puts the bot's token on each call; the SDK asks for none.</summary>
    private sealed class Kept(HttpClient http) : ConnectorClient(new NoCredentials(), http, disposeHttpClient: false)
    {
#pragma warning disable CA2215 // Every turn of the adapter disposes the client that it was given, and the next one needs it.
        protected override void Dispose(bool disposing) { }
#pragma warning restore CA2215
    }

    private sealed class NoCredentials : ServiceClientCredentials;
}

using Refit;

namespace ImcBot.Bot.Channel;

/// <summary>How a call gets to the connector: Refit over the client whose rules <see cref="ConnectorCalls"/> says.</summary>
internal sealed class Wire(IHttpClientFactory clients)
{
    private static readonly RefitSettings Settings = new(new SystemTextJsonContentSerializer(ConnectorClient.Json));

    public IConnector To(Uri service)
    {
        var http = clients.CreateClient(ConnectorCalls.Client);
        http.BaseAddress = new Uri(service.AbsoluteUri.TrimEnd('/'));
        return RestService.For<IConnector>(http, Settings);
    }
}

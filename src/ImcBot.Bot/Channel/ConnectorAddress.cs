using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Channel;

/// <summary>
/// Where the connector is: as configured, until an authenticated activity named another allowed address (Teams moves regions).
/// </summary>
internal sealed class ConnectorAddress(IOptions<ChannelOptions> options)
{
    private Uri _current = options.Value.ServiceUrl;

    public Uri Current => Volatile.Read(ref _current);

    public void Learn(Uri authenticated) => Volatile.Write(ref _current, authenticated);
}

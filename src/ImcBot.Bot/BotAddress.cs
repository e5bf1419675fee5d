using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ImcBot.Bot;

/// <summary>Where relays reach this bot.</summary>
internal sealed class BotAddress(BotOptions options, IServer server)
{
    public string Url =>
        options.PublicUrl
        ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
        ?? throw new InvalidOperationException("The bot does not listen yet; set Bot:PublicUrl.");
}

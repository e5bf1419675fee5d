using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Exchange 5.5: its work is the Imcdata folder, with <c>In</c>, <c>Out</c>, <c>Work</c>, <c>Pickup</c> and their archives; of it only protocol logs of earlier days may go (Q300931).</summary>
internal sealed class ExchangeProduct : IProduct
{
    public async Task<ProductFiles> FilesAsync(Site site, CancellationToken cancellationToken)
    {
        if ((await site.Host.Services.ListAsync(cancellationToken)).Find(Site.ImcService) is null)
        {
            return ProductFiles.None;
        }

        var imcdata = await site.ImcdataAsync(cancellationToken);
        return new ProductFiles([imcdata], [new OldLogs(WindowsPath.Join(imcdata, "Log"), "L*.log", TimeSpan.FromDays(1))]);
    }
}

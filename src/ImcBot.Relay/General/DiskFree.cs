using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.General;

/// <summary>Q317653 resolution 1. Data: <c>free</c>, <c>total</c> in bytes, <c>volume</c>.</summary>
internal sealed class DiskFree : ICheck
{
    public const string Use = "disk.free";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TrySize(call.With["at-least"], out var wanted);
        var volume = await site.VolumeAsync(call.With["path"], cancellationToken);
        return Finding.Of(
            Finding.When(volume.Free >= wanted),
            $"{Words.Bytes(volume.Free)} free on {volume.Name}{(volume.Free >= wanted ? "" : $", {Words.Bytes(wanted)} wanted")}.",
            ("free", volume.Free.ToString()),
            ("total", volume.Total.ToString()),
            ("volume", volume.Name)
        );
    }
}

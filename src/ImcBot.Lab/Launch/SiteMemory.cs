using System.Text.Json;

namespace ImcBot.Lab.Launch;

/// <summary>
/// What a run folder remembers (<c>site.json</c>): addresses and secrets stay the same at the next start, because bot and relay keep each
/// other's.
/// </summary>
/// <param name="Web">What nginx listens on; null where the server is no nginx.</param>
/// <param name="Mail">Where each instance of Postfix takes mail; null where the server is none.</param>
/// <param name="RelayIdentityHeader">The relay's secret at the identity endpoint; null for a relay that signs with its key.</param>
internal sealed record SiteMemory(
    int Room,
    int Bot,
    int Server,
    string IdentityHeader,
    bool RelayEnrolled,
    string? RelayIdentityHeader = null,
    int? Web = null,
    IReadOnlyList<int>? Mail = null
)
{
    private const string File = "site.json";

    public static SiteMemory Open(SiteOptions options)
    {
        var path = Path.Combine(options.DataFolder, File);
        if (!System.IO.File.Exists(path))
        {
            return new(
                Ports.Take(options.Port),
                Ports.Free(),
                Ports.Free(),
                Guid.NewGuid().ToString("N"),
                RelayEnrolled: false,
                options.RelayByEntra ? Guid.NewGuid().ToString("N") : null,
                options.Nginx ? Ports.Free() : null,
                options.Postfix > 0 ? [.. Enumerable.Range(0, options.Postfix).Select(_ => Ports.Free())] : null
            );
        }
        var before =
            JsonSerializer.Deserialize<SiteMemory>(System.IO.File.ReadAllText(path))
            ?? throw new LabException($"{path} is empty: delete the folder, or give another with --data.");
        if ((options.Nginx && before.Web is null) || (options.Postfix > 0 && before.Mail is null))
        {
            throw new LabException($"{options.DataFolder} holds a run with another server: give another folder with --data.");
        }
        var now = before with { Room = options.Port == 0 ? before.Room : options.Port };
        foreach (var port in new[] { now.Room, now.Bot, now.Server, now.Web ?? 0 }.Concat(now.Mail ?? []))
        {
            Ports.Take(port);
        }
        return now;
    }

    public void Keep(string dataFolder)
    {
        var path = Path.Combine(dataFolder, File);
        System.IO.File.WriteAllText($"{path}.new", JsonSerializer.Serialize(this));
        System.IO.File.Move($"{path}.new", path, overwrite: true);
    }
}

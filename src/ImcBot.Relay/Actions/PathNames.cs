using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>Names such as <c>${imcdata}</c> in a call's arguments, resolved on the server, never on the management host.</summary>
internal static class PathNames
{
    /// <summary>Where mail is held, on the spool's own volume so that holding is a rename.</summary>
    public const string HoldFolder = "ImcBotHold";

    private static readonly IReadOnlyList<string> Known = ["imcdata", "temp", "systemroot", "exchsrvr", "store", "hold", "recycle-bin", "spare-volume"];

    /// <summary>The call with every path argument resolved.</summary>
    public static async Task<Call> ResolveAsync(this Site site, Call call, CancellationToken cancellationToken)
    {
        var with = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in call.With)
        {
            with[name] = await site.ResolveAsync(text, cancellationToken);
        }

        return call with { With = with };
    }

    /// <summary>Where mail is held on the volume that a path lies on.</summary>
    public static string HoldOn(string path) => WindowsPath.Volume(path) + '\\' + HoldFolder;

    /// <summary>Where the recycle bin of the volume that a path lies on may be: on NTFS, on FAT, and since Windows Vista.</summary>
    public static IReadOnlyList<string> RecycleBins(string path) =>
        [.. new[] { "RECYCLER", "RECYCLED", "$Recycle.Bin" }.Select(name => $@"{WindowsPath.Volume(path)}\{name}")];

    /// <summary>Those of them that are there; a volume that two systems have used may have two.</summary>
    public static async Task<IReadOnlyList<string>> RecycleBinsAsync(this Site site, string path, CancellationToken cancellationToken)
    {
        var there = new List<string>();
        foreach (var bin in RecycleBins(path))
        {
            if (await site.Host.Files.ListAsync(bin, "*", recursive: false, cancellationToken) is not null)
            {
                there.Add(bin);
            }
        }

        return there;
    }

    /// <summary>One text with its name resolved; any other text as it is.</summary>
    public static async Task<string> ResolveAsync(this Site site, string text, CancellationToken cancellationToken)
    {
        if (!text.StartsWith("${", StringComparison.Ordinal))
        {
            return text;
        }

        var end = text.IndexOf('}', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new HostException($"'{text}' has no closing brace.");
        }

        var name = text[2..end];
        var root = name switch
        {
            "imcdata" => await site.ImcdataAsync(cancellationToken),
            "temp" => await EnvironmentAsync(site, "TEMP", cancellationToken),
            "systemroot" => await EnvironmentAsync(site, "SystemRoot", cancellationToken),
            "exchsrvr" => await ExchangeAsync(site, cancellationToken),
            "store" => await ExchangeAsync(site, cancellationToken) + @"\Bin\Store.exe",
            "hold" => HoldOn(await site.ImcdataAsync(cancellationToken)),
            "recycle-bin" => await RecycleBinAsync(site, await site.ImcdataAsync(cancellationToken), cancellationToken),
            "spare-volume" => await SpareAsync(site, cancellationToken),
            _ => throw new HostException($"'${{{name}}}' is not known; use one of {string.Join(", ", Known.Select(known => $"${{{known}}}"))}."),
        };
        return root + text[(end + 1)..].Replace('/', '\\');
    }

    private static async Task<string> EnvironmentAsync(Site site, string name, CancellationToken cancellationToken) =>
        (await site.Host.Machine.EnvironmentAsync(cancellationToken)).FirstOrDefault(pair => string.Equals(pair.Key, name, StringComparison.OrdinalIgnoreCase)).Value
        ?? throw new HostException($"{site.Host.Name} has no environment variable {name}.");

    /// <summary>The Exchange folder: from the store service's image path or the setup key, else the first volume that has Store.exe in the usual place.</summary>
    private static async Task<string> ExchangeAsync(Site site, CancellationToken cancellationToken)
    {
        var image = (await site.ValueAsync(@"HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS", "ImagePath", cancellationToken))?.Text.Trim('"');
        if (image?.LastIndexOf(@"\bin\", StringComparison.OrdinalIgnoreCase) is > 0 and var bin)
        {
            return image[..bin];
        }

        if ((await site.ValueAsync(@"HKLM\SOFTWARE\Microsoft\Exchange\Setup", "Services", cancellationToken))?.Text is { Length: > 0 } setup)
        {
            return setup.TrimEnd('\\');
        }

        foreach (var volume in await site.Host.Volumes.ListAsync(cancellationToken))
        {
            var folder = volume.Name + @"\Exchsrvr";
            if (await site.Host.Files.ListAsync(folder + @"\Bin", "Store.exe", recursive: false, cancellationToken) is { Count: > 0 })
            {
                return folder;
            }
        }

        throw new HostException($"No Store.exe was found on {site.Host.Name}; name the folder in the runbook instead of ${{exchsrvr}}.");
    }

    private static async Task<string> RecycleBinAsync(Site site, string path, CancellationToken cancellationToken) =>
        (await site.RecycleBinsAsync(path, cancellationToken)).FirstOrDefault(RecycleBins(path)[0]);

    /// <summary>The volume with the most free space that holds neither Imcdata nor the system.</summary>
    private static async Task<string> SpareAsync(Site site, CancellationToken cancellationToken)
    {
        var imcdata = WindowsPath.Volume(await site.ImcdataAsync(cancellationToken));
        var system = WindowsPath.Volume(await EnvironmentAsync(site, "SystemRoot", cancellationToken));
        return (await site.Host.Volumes.ListAsync(cancellationToken))
            .Where(volume => !WindowsPath.Same(volume.Name, imcdata) && !WindowsPath.Same(volume.Name, system))
            .MaxBy(volume => volume.Free)?.Name
            ?? throw new HostException($"{site.Host.Name} has no volume to spare beside {system} and {imcdata}.");
    }
}

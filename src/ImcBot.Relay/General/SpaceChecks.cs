using System.Collections.Concurrent;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.General;

/// <summary>Data: <c>free</c>, <c>total</c>, <c>volume</c>.</summary>
internal sealed class InodesFree : ICheck
{
    public const string Use = "inodes.free";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var wanted = long.Parse(call.With["at-least"]);
        var volume = await site.VolumeAsync(call.With["path"], cancellationToken);
        return volume.Inodes is { } inodes
            ? Finding.Of(
                Finding.When(inodes.Free >= wanted),
                $"{volume.Name} can take {inodes.Free} more files{(inodes.Free >= wanted ? "" : $", {wanted} wanted")}.",
                ("free", inodes.Free.ToString()),
                ("total", inodes.Total.ToString()),
                ("volume", volume.Name)
            )
            : Finding.Of(Verdict.Clear, $"{volume.Name} has no limit of files.", ("volume", volume.Name));
    }
}

/// <summary>
/// The largest files below a folder, which of them have grown since an earlier look of this relay, and files on its volume that are deleted
/// and still held: their space comes back only when their process lets go. A finding where too little is free and that would be enough.
/// Data: <c>largest</c>, <c>grown</c>, <c>deleted</c> in bytes, <c>holders</c>.
/// </summary>
internal sealed class DiskTop : ICheck
{
    public const string Use = "disk.top";

    private const int Told = 5,
        Kept = 1000;

    private const long Hour = 3_600_000_000;

    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    public string Id => Use;

    public IReadOnlyList<Right> Rights => [Right.Reading, Right.Processes];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TrySize(call.With["at-least"], out var wanted);
        var path = call.With["path"];
        var volume = await site.VolumeAsync(path, cancellationToken);
        var now = await site.Host.Machine.TimeAsync(cancellationToken);
        var files = (await site.Host.Files.ListAsync(path, "*", recursive: true, cancellationToken) ?? [])
            .Where(file => !file.Folder)
            .OrderByDescending(file => file.Size)
            .Take(Kept)
            .ToList();
        var grown = Grown(site, path, new Look(now, files.ToDictionary(file => file.Path, file => file.Size, site.Host.Paths.Comparer)));
        var largest = files
            .Take(Told)
            .Select(file =>
                $"{Below(site, path, file.Path)} {Words.Bytes(file.Size)}{(file.Modified >= now - Hour ? ", written within the hour" : "")}"
            )
            .ToList();
        var (gone, unseen) = await site.Host.Files.DeletedAsync(cancellationToken);
        var deleted = gone.Where(file => site.Host.Paths.Same(file.Volume, volume.Name)).ToList();
        var held = deleted.Sum(file => file.Size);
        var holders = string.Join(", ", deleted.OrderByDescending(file => file.Size).Select(file => file.Holder).Distinct().Take(Told));
        var isHeld = held > 0 && volume.Free < wanted && volume.Free + held >= wanted;
        var open = held == 0 ? "No deleted file is held open" : $"{Words.Bytes(held)} of deleted files are still held open by {holders}";
        return Finding.Of(
            Finding.When(!isHeld),
            $"{(isHeld ? "Deleting has gained nothing: " : "")}{open} on "
                + $"{volume.Name}{(unseen.Count == 0 ? "" : $", {Words.Count(unseen.Count, "process", "processes")} not looked into")}."
                + (isHeld ? "" : $" Largest in {path}: {(largest.Count == 0 ? "nothing" : string.Join("; ", largest))}.{grown}"),
            ("largest", string.Join('\n', largest)),
            ("grown", grown.TrimStart()),
            ("deleted", held.ToString()),
            ("holders", holders)
        );
    }

    private static string Below(Site site, string folder, string path) =>
        site.Host.Paths.IsWithin(path, folder) ? path[folder.Length..].TrimStart('/', '\\') : path;

    /// <summary>As a sentence; empty at the first look, which later ones are held against for an hour.</summary>
    private string Grown(Site site, string path, Look now)
    {
        var earlier = _looks.GetOrAdd(path, now);
        if (now.At - earlier.At >= Hour)
        {
            _looks[path] = now;
        }

        var grown = now
            .Sizes.Select(file => (Path: file.Key, By: file.Value - earlier.Sizes.GetValueOrDefault(file.Key)))
            .Where(file => file.By > 0)
            .OrderByDescending(file => file.By)
            .Take(Told)
            .Select(file => $"{Below(site, path, file.Path)} by {Words.Bytes(file.By)}")
            .ToList();
        return now.At == earlier.At ? ""
            : grown.Count == 0 ? $" None has grown in {Since(earlier, now)}."
            : $" Grown in {Since(earlier, now)}: {string.Join("; ", grown)}.";
    }

    private static string Since(Look earlier, Look now) => Words.Age(TimeSpan.FromSeconds(Math.Max(1, (now.At - earlier.At) / 1_000_000)));

    /// <param name="At">Server clock, Unix microseconds.</param>
    /// <param name="Sizes">Of the largest files; one that was not among them counts as new.</param>
    private sealed record Look(long At, IReadOnlyDictionary<string, long> Sizes);
}

/// <summary>Data: <c>newest</c>, its path; <c>age</c> in seconds.</summary>
internal sealed class FileAge : ICheck
{
    public const string Use = "file.age";

    public string Id => Use;

    public IReadOnlyList<Right> Rights => [Right.Reading];

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        ArgumentForms.TryDuration(call.With["at-most"], out var most);
        var path = call.With["path"];
        var paths = site.Host.Paths;
        var inside = call.With.GetValueOrDefault("pattern");
        var (folder, pattern) = inside is null ? (paths.Folder(path), paths.Name(path)) : (path, inside);
        var newest = (await site.Host.Files.ListAsync(folder, pattern, recursive: false, cancellationToken) ?? [])
            .Where(file => !file.Folder)
            .MaxBy(file => file.Modified);
        if (newest is null)
        {
            return Finding.Of(Verdict.Finding, $"There is no file {paths.Join(folder, pattern)}.", ("newest", ""));
        }

        var age = TimeSpan.FromMicroseconds(await site.Host.Machine.TimeAsync(cancellationToken) - newest.Modified);
        return Finding.Of(
            Finding.When(age <= most),
            $"{newest.Path} was written {Words.Age(TimeSpan.FromSeconds(Math.Max(0, (long)age.TotalSeconds)))} ago"
                + $"{(age <= most ? "" : $", at most {Words.Age(most)} wanted")}.",
            ("newest", newest.Path),
            ("age", ((long)age.TotalSeconds).ToString())
        );
    }
}

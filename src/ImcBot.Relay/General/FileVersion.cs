using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.General;

/// <summary>Q317653 resolution 6. Data: <c>version</c>.</summary>
internal sealed class FileVersion : ICheck
{
    public const string Use = "file.version";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var path = call.With["path"];
        var wanted = Version.Parse(call.With["at-least"]);
        return await site.Host.Files.VersionAsync(path, cancellationToken) is { } version
            ? Finding.Of(
                Finding.When(version >= wanted),
                $"{version}{(version >= wanted ? "" : $"; {wanted} is current")}.",
                ("version", version.ToString())
            )
            : Finding.Of(Verdict.Unknown, $"{path} is missing or tells no version.", ("version", ""));
    }
}

/// <summary>Evidence for a person who removes programs. Data: <c>programs</c>, the largest twenty.</summary>
internal sealed class ProgramsList : ICheck
{
    private const int Most = 20;

    public string Id => Catalog.ProgramsList;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var programs = (await site.Host.Programs.ListAsync(cancellationToken)).OrderByDescending(program => program.SizeBytes).ToList();
        return Finding.Of(
            Verdict.Clear,
            $"{Words.Count(programs.Count, "program")} installed.",
            ("programs", string.Join("; ", programs.Take(Most).Select(program => $"{program.Name} {Words.Bytes(program.SizeBytes)}")))
        );
    }
}

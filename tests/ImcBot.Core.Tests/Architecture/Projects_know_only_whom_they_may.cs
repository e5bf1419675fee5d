using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Core.Tests.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>The rules of the house: who may know whom. Each rule proves that it catches a planted violation.</summary>
public sealed partial class Projects_know_only_whom_they_may
{
    private static readonly (string Project, string Allowed)[] Borders =
    [
        ("ImcBot.Contracts", ""),
        ("ImcBot.Core", "ImcBot.Contracts"),
        ("ImcBot.Bot", "ImcBot.Contracts ImcBot.Core"),
        ("ImcBot.Relay", "ImcBot.Contracts"),
    ];

    public static TheoryData<string, string> Rooms => [.. Borders];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_project_references_only_what_the_house_allows(string project, string allowed)
    {
        var assembly = System.Reflection.Assembly.Load(project);

        Assert.Empty(Foreign(assembly, allowed));
    }

    [Fact]
    public void The_border_rule_catches_a_foreign_reference() => Assert.Equal(["ImcBot.Contracts"], Foreign(typeof(Incident).Assembly, ""));

    [Theory]
    [InlineData(
        @"\bProcess\.Start\(|Microsoft\.Win32|ServiceController|EventLogEntry",
        "src/ImcBot.Relay/Hosts/",
        "src/ImcBot.Relay",
        "new ServiceController()"
    )]
    [InlineData(
        @"Guid\.NewGuid|Random\.Shared|TimeProvider|RandomNumberGenerator|\bFile\.|HttpClient",
        "(nowhere)",
        "src/ImcBot.Core",
        "Guid.NewGuid()"
    )]
    [InlineData(
        @"\bActivity\b.*\bServiceUrl\b|JsonPropertyName\(""channelData""\)",
        "src/ImcBot.Bot/Channel/",
        "src/ImcBot.Bot",
        "activity.ServiceUrl of Activity ServiceUrl"
    )]
    public void What_touches_the_outside_stands_in_one_room_only(string pattern, string room, string below, string planted)
    {
        var offenders = Directory
            .EnumerateFiles(Repository.Path(below), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Built().IsMatch(file) && !Relative(file).StartsWith(room, StringComparison.Ordinal))
            .Where(file => Regex.IsMatch(Code(file), pattern, RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(Relative);

        Assert.Empty(offenders);
        Assert.True(
            Regex.IsMatch(
                planted.Replace("activity.ServiceUrl of ", "", StringComparison.Ordinal),
                pattern,
                RegexOptions.None,
                TimeSpan.FromSeconds(5)
            )
        );
    }

    [Fact]
    public void Wire_enums_read_a_word_they_do_not_know_as_unknown() =>
        Assert.All(
            typeof(Catalog).Assembly.GetExportedTypes().Where(type => type.IsEnum),
            type => Assert.Equal("Unknown", Enum.GetName(type, 0))
        );

    [Fact]
    public void The_diagram_in_the_map_is_the_machine_that_runs()
    {
        var map = File.ReadAllText(Repository.Path("src/README.md"));

        Assert.Contains(PhaseDiagram.Draw().ReplaceLineEndings("\n").Trim(), map.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Foreign(System.Reflection.Assembly assembly, string allowed) =>
        assembly
            .GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith("ImcBot.", StringComparison.Ordinal) && !allowed.Split(' ').Contains(name));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    private static string Code(string file) =>
        string.Join('\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Built();
}

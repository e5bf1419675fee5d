using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What every grammar of paths keeps. Rows are written for Unix; for Windows the same path lies on a drive.</summary>
public sealed class PathGrammarContract
{
    private const string Windows = "windows",
        Unix = "unix";

    public static TheoryData<string> Grammars => [Windows, Unix];

    public static TheoryData<string, string> Climbing =>
        Both("/temp/../data", "/temp/..", "/temp/a/../../data", "/temp/./a", "/temp/../temp/a", "/../temp", "/temp/a/..");

    public static TheoryData<string, string> Outside => Both("/temper", "/tem", "/", "/data/temp", "/temper/a");

    [Theory]
    [MemberData(nameof(Grammars))]
    public void A_path_is_taken_apart_and_put_together_again(string name)
    {
        var (paths, folder, path) = (Of(name), Spelt(name, "/data/in"), Spelt(name, "/data/in/a.eml"));

        Assert.Equal((folder, "a.eml"), (paths.Folder(path), paths.Name(path)));
        Assert.Equal((path, path), (paths.Join(folder, "a.eml"), paths.Join(folder + paths.Separator, "a.eml")));
        Assert.Equal([Spelt(name, "/data"), folder, path], paths.Steps(path));
        Assert.Equal((folder, folder), (paths.Plain(folder), paths.Plain(folder + paths.Separator)));
        Assert.Equal(folder, Spelt(name, "/data") + paths.Native("/in"));
        Assert.Equal(folder, Spelt(name, "/data") + paths.Native(@"\in"));
        Assert.Same(paths, PathGrammar.Of(path));
    }

    [Theory]
    [MemberData(nameof(Grammars))]
    public void A_folder_holds_itself_and_all_below_it(string name)
    {
        var (paths, temp) = (Of(name), Spelt(name, "/temp"));

        Assert.All(
            [temp, temp + paths.Separator, Spelt(name, "/temp/a/b..c"), Spelt(name, "/temp/..a")],
            path => Assert.True(paths.IsWithin(path, temp) && paths.IsWithin(path, temp + paths.Separator), path)
        );
        Assert.True(paths.IsWithin(temp, paths.Volume(temp)));
    }

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_folder_holds_nothing_that_only_begins_like_it(string name, string path) =>
        Assert.False(Of(name).IsWithin(path, Spelt(name, "/temp")));

    [Theory]
    [MemberData(nameof(Climbing))]
    public void A_path_that_climbs_is_within_nothing_and_refused(string name, string path)
    {
        Assert.False(Of(name).IsWithin(path, Spelt(name, "/temp")));
        Assert.False(Of(name).IsWithin(path, Of(name).Volume(path)));
        Assert.Contains("climbs", Of(name).Malformed(path));
        Assert.False(ArgumentForms.Fits(ArgumentKind.Path, path));
    }

    [Theory]
    [InlineData(@"D:\Temp/../Data")]
    [InlineData(@"D:\Temp\.. \Data")]
    [InlineData(@"D:\Temp\...\Data")]
    public void On_Windows_what_it_reads_as_climbing_climbs_too(string path)
    {
        Assert.False(PathGrammar.Windows.IsWithin(path, @"D:\Temp"));
        Assert.NotNull(PathGrammar.Windows.Malformed(path));
    }

    [Fact]
    public void Case_counts_where_the_system_counts_it()
    {
        Assert.True(PathGrammar.Windows.Same(@"D:\Temp", @"d:\TEMP\") && PathGrammar.Windows.IsWithin(@"d:\TEMP\a", @"D:\Temp"));
        Assert.False(PathGrammar.Unix.Same("/Temp", "/temp") || PathGrammar.Unix.IsWithin("/TEMP/a", "/temp"));
        Assert.True(PathGrammar.Unix.Same("/temp", "/temp/"));
    }

    [Fact]
    public void A_volume_is_a_drive_or_the_root()
    {
        Assert.Equal(("D:", "/"), (PathGrammar.Windows.Volume(@"d:\Temp"), PathGrammar.Unix.Volume("/var/tmp")));
        Assert.EndsWith(@"write it like D:\Temp.", Assert.Throws<HostException>(() => PathGrammar.Windows.Volume("/var")).Message);
        Assert.EndsWith("write it like /var/tmp.", Assert.Throws<HostException>(() => PathGrammar.Unix.Volume(@"D:\Temp")).Message);
    }

    [Fact]
    public void The_root_of_all_is_a_folder_too()
    {
        Assert.Equal(("/", "/", "/a"), (PathGrammar.Unix.Folder("/a"), PathGrammar.Unix.Plain("/"), PathGrammar.Unix.Join("/", "a")));
        Assert.Null(PathGrammar.Unix.Malformed("/"));
        Assert.Equal(("D:", "D:"), (PathGrammar.Windows.Folder(@"D:\a"), PathGrammar.Windows.Plain(@"D:\")));
    }

    [Theory]
    [InlineData(Windows, "/var/spool")]
    [InlineData(Unix, @"D:\Jobs")]
    [InlineData(Unix, @"\\server\share\Jobs")]
    public void The_form_of_a_path_leaves_its_system_open_and_the_relay_refuses_what_its_server_has_not(string name, string path)
    {
        var call = Call.To("disk.free", ("path", path), ("at-least", "1GB"));

        Assert.Null(Catalog.Refuse(call));
        Assert.Equal(
            $"'{path}' is a path of another system than this relay's server; there a path is written like {Of(name).Example}.",
            Policy(name, "").Refuse(call)
        );
        Assert.Null(Policy(name, "").Refuse(Call.To("disk.free", ("path", Of(name).Example), ("at-least", "1GB"))));
        Assert.Null(Policy(name, "").Refuse(Call.To("disk.free", ("path", @"${temp}\Log"), ("at-least", "1GB"))));
    }

    [Theory]
    [InlineData("/a//b")]
    [InlineData("/a\n")]
    [InlineData("/a*")]
    [InlineData("//server/share")]
    public void A_path_of_Unix_has_a_form_too(string path) => Assert.False(ArgumentForms.Fits(ArgumentKind.Path, path));

    [Theory]
    [MemberData(nameof(Grammars))]
    public void A_policy_is_read_in_the_grammar_of_its_server(string name)
    {
        var other = name == Windows ? Unix : Windows;
        var own = $"folders: ['{Spelt(name, "/jobs")}', '${{temp}}{Spelt(name, "/x")[^2..]}']";

        Assert.Equal(2, Policy(name, own).Folders.Count);
        var refused = Assert.Throws<PolicyException>(() => Policy(name, $"folders: ['{Spelt(other, "/jobs")}']"));
        Assert.Contains("no full path", refused.Message);
    }

    private static TheoryData<string, string> Both(params string[] paths)
    {
        var rows = new TheoryData<string, string>();
        foreach (var path in paths)
        {
            rows.Add(Windows, Spelt(Windows, path));
            rows.Add(Unix, path);
        }

        return rows;
    }

    private static PathGrammar Of(string name) => name == Windows ? PathGrammar.Windows : PathGrammar.Unix;

    private static string Spelt(string name, string path) => name == Windows ? $"D:{path.Replace('/', '\\')}" : path;

    private static RelayPolicy Policy(string name, string more) =>
        PolicyFile.Read(Encoding.UTF8.GetBytes($"highest-impact: read\n{more}\n"), "policy.yaml", Of(name));
}

using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>
/// What a check or an action is called stands in the catalog and in its own class; whoever else decides by it asks the entry's traits, or
/// its constant.
/// </summary>
public sealed partial class What_an_action_is_called_stands_in_the_catalog
{
    /// <summary>Where the entries are declared.</summary>
    private const string Declared = "src/ImcBot.Contracts/Catalog/";

    private static readonly Regex Ids = new(
        $@"""[^""]*(?<![\w.-])(?:{string.Join('|', Catalog.Entries.Keys.Select(Regex.Escape))})(?![\w-]|\.\w)[^""]*""",
        RegexOptions.None,
        TimeSpan.FromSeconds(5)
    );

    [Fact]
    public void No_id_of_the_catalog_stands_outside_the_catalog_and_its_own_class()
    {
        var found = Directory
            .EnumerateFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), Lines: File.ReadAllLines(file)))
            .Where(file => !Built().IsMatch(file.Path) && !file.Path.StartsWith(Declared, StringComparison.Ordinal))
            .SelectMany(file => Literals(file.Path, file.Lines))
            .ToList();

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("if (call.Use == \"service.start\")", 1)]
    [InlineData("$\"use service.restart.\"", 1)]
    [InlineData("public const string Use = \"disk.free\";", 0)]
    [InlineData("/// <summary>Asks \"disk.free\".</summary>", 0)]
    [InlineData("\"mail.searching is no id, nor is my-disk.free\"", 0)]
    public void The_rule_sees_a_literal_and_nothing_else(string line, int found) =>
        Assert.Equal(found, Literals("Planted.cs", [line]).Count());

    private static IEnumerable<string> Literals(string path, IReadOnlyList<string> lines) =>
        lines
            .Select((text, index) => (Text: text.Trim(), Line: index + 1))
            .Where(line =>
                !line.Text.StartsWith("//", StringComparison.Ordinal) && !OwnClass().IsMatch(line.Text) && Ids.IsMatch(line.Text)
            )
            .Select(line => $"{path}({line.Line}): {line.Text}");

    [GeneratedRegex("^public const string Use = \"[a-z.-]+\";$")]
    private static partial Regex OwnClass();

    [GeneratedRegex(@"(^|/)(obj|bin)/")]
    private static partial Regex Built();
}

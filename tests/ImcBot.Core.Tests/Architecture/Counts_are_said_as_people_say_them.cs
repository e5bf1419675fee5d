using System.Text.RegularExpressions;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>People read "1 file" and "2 files": no number stands beside a noun that is always a plural.</summary>
public sealed partial class Counts_are_said_as_people_say_them
{
    [Theory]
    [InlineData("src/ImcBot.Contracts")]
    [InlineData("src/ImcBot.Core")]
    [InlineData("src/ImcBot.Bot")]
    [InlineData("src/ImcBot.Relay")]
    [InlineData("src/ImcBot.Lab")]
    public void No_number_stands_beside_a_plural(string folder) =>
        Assert.Empty(
            from file in Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories)
            where !Built().IsMatch(file)
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where IsAlwaysPlural(line.Text)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}: {line.Text.Trim()}"
        );

    [Theory]
    [InlineData("$\"Show the {items.Length} files\"", true)]
    [InlineData("$\"{Rows} signed rows in one chain\"", true)]
    [InlineData("$\"at most {most.Count} files, {Size.Of(most.Bytes)}\"", true)]
    [InlineData("$\"{Words.Count(most.Count, \"file\")}\"", false)]
    [InlineData("$\"at most {Most} alerts\"", false)]
    [InlineData("count == 1 ? \"1 file\" : $\"{count} files\"", false)]
    [InlineData("return Found is { Count: > 0 } files ? files : [];", false)]
    public void A_planted_plural_is_found(string line, bool found) => Assert.Equal(found, IsAlwaysPlural(line));

    private static bool IsAlwaysPlural(string line) => Counted().IsMatch(line) && !One().IsMatch(line);

    // By the names that this house gives to what it counts; text may be of ten megabytes and never of one character there, and the longest shift is a constant.
    [GeneratedRegex(
        @"\{(?!text\.|Longest\.)(?:[^{}"" ][^{}""]*\.)?(?:Count|Length|Days|Runs|Minutes|Starts|Crashes|Rows|Acts|Entries|States|Transitions|Removed|Seq|HeadSeq|"
            + @"Seen|Hours|count|minutes|starts|crashes|rows|hidden|expected|seen)\} (?:[a-z]+ )?(?:alerts|approvals|characters|crashes|days|entries|"
            + @"events|files|hosts|hours|incidents|items|jobs|messages|minutes|remedies|reports|rounds|rows|runs|starts|states|steps|texts|times|"
            + @"transitions|values)\b"
    )]
    private static partial Regex Counted();

    [GeneratedRegex(@"\b1""? \? |> 1 \? ")]
    private static partial Regex One();

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Built();
}

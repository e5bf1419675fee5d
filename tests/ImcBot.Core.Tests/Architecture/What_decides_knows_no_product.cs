using System.Text.RegularExpressions;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>
/// What decides, draws and exports knows no product: the words of a subject come from its runbook, and what an action is from the catalog.
/// </summary>
public sealed partial class What_decides_knows_no_product
{
    [Theory]
    [InlineData("src/ImcBot.Core")]
    [InlineData("src/ImcBot.Bot/Cards")]
    [InlineData("src/ImcBot.Bot/Export")]
    public void No_word_of_one_product_stands_in(string folder) =>
        Assert.Empty(
            from file in Directory.EnumerateFiles(Repository.Path(folder), "*.*", SearchOption.AllDirectories)
            where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".css", StringComparison.Ordinal)
            where !Built().IsMatch(file)
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            let word = Found(line.Text)
            where word is not null
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}: '{word}' in {line.Text.Trim()}"
        );

    [Theory]
    [InlineData("DeleteMail(by);", "Mail")]
    [InlineData("/// <summary>The spool.</summary>", "spool")]
    [InlineData("HostProfile.Exchange", "Exchange")]
    [InlineData("\"MSExchangeIS\"", "Exchange")]
    [InlineData("var imcService = 1;", "imc")]
    [InlineData("\"${imcdata}\"", "imc")]
    [InlineData("round.StoreCrashed", "Store")]
    [InlineData("finding[\"storeDied\"]", "store")]
    [InlineData("namespace ImcBot.Core; // imcbot decide, stored, restored, no-store", null)]
    public void A_planted_word_is_found(string line, string? word) => Assert.Equal(word, Found(line));

    private static string? Found(string line) => Word().Match(Allowed().Replace(line, "")) is { Success: true } found ? found.Value : null;

    // The product's own name, and a word of HTTP.
    [GeneratedRegex("imcbot|no-store", RegexOptions.IgnoreCase)]
    private static partial Regex Allowed();

    // 'Store' counts as a word of its own or of an identifier; stored and restored are other words.
    [GeneratedRegex("(?i:mail|spool|exchange|imc)|(?<![A-Za-z])store(?![a-z])|Store(?![a-z])")]
    private static partial Regex Word();

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Built();
}

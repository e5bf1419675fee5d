using System.Text.RegularExpressions;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>
/// What the relay knows of Exchange stands in the folder of that product; the only other place that names it is the list of queues.
/// </summary>
public sealed partial class Only_its_folder_names_a_product
{
    [Theory]
    [InlineData("Actions")]
    [InlineData("General")]
    [InlineData("Queues")]
    [InlineData("Policy")]
    [InlineData("Gate")]
    [InlineData("Ledger")]
    [InlineData("Execution")]
    [InlineData("Session")]
    [InlineData("Doctor")]
    public void No_general_folder_of_the_relay_names_a_product(string folder) =>
        Assert.Empty(
            from file in Directory.EnumerateFiles(Repository.Path($"src/ImcBot.Relay/{folder}"), "*.cs", SearchOption.AllDirectories)
            where Path.GetFileName(file) != "QueueSet.cs"
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where IsFound(line.Text)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}: {line.Text.Trim()}"
        );

    [Theory]
    [InlineData("services.Find(\"MSExchangeIS\")", true)]
    [InlineData("site.ImcdataAsync(cancellationToken)", true)]
    [InlineData("$\"Internet mail waits.\"", true)]
    [InlineData("new FileMove(\"Queue.dat\", to)", true)]
    [InlineData("Interlocked.Exchange(ref _newest, newest);", false)]
    [InlineData("/// <summary>A name such as <c>imcdata</c>.</summary>", false)]
    public void A_planted_word_is_found(string line, bool found) => Assert.Equal(found, IsFound(line));

    private static bool IsFound(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Word().IsMatch(line);

    [GeneratedRegex(@"(?<!Interlocked\.)Exchange|Imcdata|Internet mail|Queue\.dat", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}

using System.Text.RegularExpressions;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>The relay's folders have an order: each knows only those below it. Files beside the folders compose and are not counted.</summary>
public sealed partial class RelayOrderTests
{
    private const string Relay = "src/ImcBot.Relay";

    /// <summary>The lowest first.</summary>
    private static readonly string[] Order = ["Hosts", "Ledger", "Actions", "General", "Products", "Queues", "Policy", "Gate", "Execution", "Session", "Doctor", "Commands"];

    [Fact]
    public void No_folder_of_the_relay_knows_one_above_it()
    {
        var files = Directory.EnumerateFiles(Repository.Path(Relay), "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Path(Relay), file).Replace('\\', '/'))
            .Where(file => file.Contains('/') && !Built().IsMatch(file)).ToList();

        Assert.Empty(files.Select(file => file.Split('/')[0]).Distinct().Except(Order));
        Assert.Empty(files.SelectMany(file => Above(file, File.ReadAllText(Repository.Path($"{Relay}/{file}")))));
    }

    [Theory]
    [InlineData("Hosts/Planted.cs", "using ImcBot.Relay.Session;", 1)]
    [InlineData("Products/Exchange/Planted.cs", "using ImcBot.Relay.Queues;\nusing ImcBot.Relay.General;", 1)]
    [InlineData("Policy/Planted.cs", "var planner = new Execution.Planner();", 1)]
    [InlineData("Commands/Planted.cs", "using ImcBot.Relay.Hosts;", 0)]
    [InlineData("Hosts/Planted.cs", "/// <see cref=\"Session.RelaySession\"/>", 0)]
    public void The_order_sees_a_planted_violation(string file, string code, int found) => Assert.Equal(found, Above(file, code).Count());

    private static IEnumerable<string> Above(string file, string code)
    {
        var own = Array.IndexOf(Order, file.Split('/')[0]);
        return Known().Matches(Comment().Replace(code, "")).Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value).Distinct()
            .Where(folder => Array.IndexOf(Order, folder) > own).Select(folder => $"{Relay}/{file} knows {folder}");
    }

    [GeneratedRegex(@"^using (?:static )?ImcBot\.Relay\.(\w+)|(?<![\w.])(?:Relay\.)?(Ledger|Actions|General|Products|Queues|Gate|Execution|Session|Doctor)\.[A-Z]\w+(?:\.|\(|\s+\w)", RegexOptions.Multiline)]
    private static partial Regex Known();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(^|/)(obj|bin)/")]
    private static partial Regex Built();
}

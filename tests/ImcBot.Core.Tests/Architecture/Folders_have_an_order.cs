using System.Text.RegularExpressions;
using ImcBot.Core.Tests.Architecture.Planted;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>Inside a project folders have an order: each knows only those below it, so no two depend on each other.</summary>
public sealed partial class Folders_have_an_order
{
    private static readonly FolderOrder[] Orders =
    [
        new("ImcBot.Contracts"),
        new("ImcBot.Core", "Proof", "Incidents", "Isolation", "Runbooks", "Approvals"),
        new(
            "ImcBot.Bot",
            "Commands",
            "Endpoints",
            "Alerts, Chat",
            "Delivery",
            "Replay",
            "Export",
            "Cards",
            "Incidents",
            "OnCall, Relays",
            "Channel",
            "Entra, Journal"
        ),
        new(
            "ImcBot.Relay",
            "Commands",
            "Doctor",
            "Session",
            "Execution",
            "Gate",
            "Policy",
            "Queues",
            "Products",
            "General",
            "Actions",
            "Ledger",
            "Hosts"
        ),
        new("ImcBot.Lab", "Commands", "Drills", "Launch", "Nginx, Postfix, Room, Wine", "Server"),
    ];

    [Fact]
    public void No_folder_knows_one_above_it()
    {
        var assemblies = Orders.Select(order => System.Reflection.Assembly.Load(order.Root)).ToArray();
        var compiled = FolderOrder.Load(assemblies);

        var found = Orders.SelectMany(order => order.Violations(compiled)).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void No_folder_takes_a_constant_from_one_above_it()
    {
        var found = Orders
            .SelectMany(order =>
            {
                var constants = FolderOrder.Constants(System.Reflection.Assembly.Load(order.Root).GetTypes());
                return Directory
                    .EnumerateFiles(Repository.Path($"src/{order.Root}"), "*.cs", SearchOption.AllDirectories)
                    .Where(file => !Built().IsMatch(file))
                    .SelectMany(file => order.Violations(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file), constants));
            })
            .ToList();

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void The_map_tells_the_order()
    {
        var map = File.ReadAllText(Repository.Path("src/README.md"));

        Assert.All(
            Orders.Where(order => order.Levels is [_, ..]),
            order => Assert.Contains($"| `{order.Root}` | {string.Join(" > ", order.Levels)} |", map, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_order_sees_what_is_used_in_the_body_of_an_async_method_and_of_a_lambda()
    {
        var compiled = new ArchUnitNET.Loader.ArchLoader()
            .LoadNamespacesWithinAssembly(typeof(Planting).Assembly, typeof(Planting).Namespace)
            .Build();

        var found = new FolderOrder(typeof(Planting).Namespace!, "High", "Low")
            .Violations(compiled)
            .Select(found => found.Split(':')[0])
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(["Awaits", "InLambda"], found.Select(knows => knows.Split(' ')[0].Split('.')[^1].Split('+', '/')[0]).Distinct());
    }

    [Theory]
    [InlineData("namespace ImcBot.Core.Tests.Architecture.Planted.Low;\nvar most = Above.Most;", 1)]
    [InlineData("namespace ImcBot.Core.Tests.Architecture.Planted.Low;\nvar most = High.Above.Most;", 1)]
    [InlineData("namespace ImcBot.Core.Tests.Architecture.Planted.High;\nvar most = Above.Most;", 0)]
    [InlineData("namespace ImcBot.Core.Tests.Architecture.Planted.Low;\n// As many as Above.Most.", 0)]
    public void The_order_sees_a_constant_of_a_folder_above(string text, int found) =>
        Assert.Equal(
            found,
            new FolderOrder(typeof(Planting).Namespace!, "High", "Low")
                .Violations("Planted.cs", text, FolderOrder.Constants([typeof(Planted.High.Above)]))
                .Count()
        );

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Built();
}

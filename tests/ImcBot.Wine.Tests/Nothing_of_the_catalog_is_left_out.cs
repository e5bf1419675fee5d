using ImcBot.Contracts;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Wine.Tests;

/// <summary>Each check and action of the catalog is tried on Windows. A new one fails here until a test does.</summary>
public sealed class Nothing_of_the_catalog_is_left_out
{
    [Fact]
    public async Task Every_check_and_action_has_its_test() =>
        Assert.Equal(Catalog.Entries.Keys.Order(StringComparer.Ordinal), await TriesAttribute.OfAsync(GetType().Assembly.GetTypes()));
}

using ImcBot.Relay.Actions;
using ImcBot.Relay.Products.Exchange;
using ImcBot.Relay.Products.Postfix;

namespace ImcBot.Relay;

/// <summary>The kinds of software that this relay knows.</summary>
internal static class ProductSet
{
    public static IReadOnlyList<IProduct> All { get; } = [new ExchangeProduct(), new PostfixProduct()];
}

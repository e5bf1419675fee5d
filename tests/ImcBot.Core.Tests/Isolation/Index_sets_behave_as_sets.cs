using System.Text.Json;
using CsCheck;
using ImcBot.Contracts;
using Xunit;

namespace ImcBot.Core.Tests.Isolation;

public sealed class Index_sets_behave_as_sets
{
    private static readonly Gen<IndexSet> Sets = Gen.Int[0, 40].Array[0, 25].Select(indexes => IndexSet.Of(indexes));

    [Fact]
    public void Algebra_agrees_with_plain_sets() =>
        Gen.Select(Sets, Sets)
            .Sample(
                (left, right) =>
                {
                    Assert.Equal(Enumerable.Union(left, right).Order(), left.Union(right));
                    Assert.Equal(Enumerable.Intersect(left, right).Order(), left.Intersect(right));
                    Assert.Equal(Enumerable.Except(left, right).Order(), left.Except(right));
                    Assert.Equal(Enumerable.Intersect(left, right).Any(), left.Overlaps(right));
                    Assert.Equal(!Enumerable.Except(left, right).Any(), left.IsSubsetOf(right));
                    Assert.Equal(Enumerable.Take(left, 7), left.Take(7));
                    Assert.Equal(left.ToList().Count, left.Count);
                    Assert.All(Enumerable.Range(0, 41), index => Assert.Equal(Enumerable.Contains(left, index), left.Contains(index)));
                }
            );

    [Fact]
    public void Text_and_json_give_back_the_same_set() =>
        Sets.Sample(set =>
        {
            Assert.Equal(set, IndexSet.Parse(set.ToString()));
            Assert.Equal(set, JsonSerializer.Deserialize<IndexSet>(JsonSerializer.Serialize(set, WireJson.Options), WireJson.Options));
        });

    [Theory]
    [InlineData("", "")]
    [InlineData("0-4,7,9-12", "0-4,7,9-12")]
    [InlineData(" 9-12 , 7, 0 - 4 ", "0-4,7,9-12")]
    [InlineData("3,1,2,2,0-1", "0-3")]
    public void Text_in_any_order_is_read_and_written_in_one_way(string text, string written) =>
        Assert.Equal(written, IndexSet.Parse(text).ToString());

    [Theory]
    [InlineData("0-4,x")]
    [InlineData("4-0")]
    [InlineData("-3")]
    [InlineData("1,,2")]
    [InlineData("1-2-3")]
    [InlineData("2147483647")]
    [InlineData("99999999999")]
    public void A_wrong_part_is_named_in_a_sentence(string text)
    {
        Assert.False(IndexSet.TryParse(text, out var set, out var error));
        Assert.True(set.IsEmpty);
        Assert.EndsWith("separated by commas.", error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => IndexSet.Parse(text)).Message);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IndexSet>($"\"{text}\"", WireJson.Options));
    }

    [Fact]
    public void A_hundred_thousand_but_five_are_six_ranges() =>
        Assert.Equal(6, IndexSet.UpTo(100_000).Except(IndexSet.Of(3, 500, 40_000, 40_002, 99_000)).Ranges.Count);

    [Fact]
    public void Nothing_is_the_same_nothing_however_it_came_about()
    {
        Assert.Equal(default, IndexSet.Of(1).Except(IndexSet.Of(1)));
        Assert.Equal(default(IndexSet).GetHashCode(), IndexSet.Parse("").GetHashCode());
    }
}

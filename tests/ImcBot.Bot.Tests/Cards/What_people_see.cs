using System.Text;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Cards;

/// <summary>
/// Every card against its approved file. After a wanted change run the tests with IMCBOT_APPROVE=1 and review the difference.
/// </summary>
public sealed class What_people_see
{
    private static readonly string Folder = Repository.Path("tests/ImcBot.Bot.Tests/Cards/approved");

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    public static TheoryData<string> Names => [.. CardSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_card_is_as_it_was_approved(string name)
    {
        var file = Path.Combine(Folder, name + ".json");
        var drawn = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(CardSamples.All[name], Indented)) + "\n";
        if (Environment.GetEnvironmentVariable("IMCBOT_APPROVE") == "1")
        {
            File.WriteAllText(file, drawn);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : "(not approved yet)", drawn);
    }

    [Fact]
    public void No_approved_file_is_left_over() =>
        Assert.Equal(
            CardSamples.All.Keys,
            Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void A_card_fits_into_every_kind_of_post(string name) =>
        Assert.InRange(Encoding.UTF8.GetByteCount(CardSamples.All[name].GetRawText()), 100, 28 * 1024);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_button_names_its_target_and_works_in_old_clients(string name)
    {
        foreach (var button in Objects(CardSamples.All[name]).Where(node => Type(node) == "Action.Execute"))
        {
            Assert.Equal(button.GetProperty("verb").GetString(), button.GetProperty("data").GetProperty("verb").GetString());
            Assert.Equal(button.GetProperty("data").GetRawText(), button.GetProperty("fallback").GetProperty("data").GetRawText());
            Assert.True(
                button.GetProperty("data").TryGetProperty("incident", out _) || button.GetProperty("data").TryGetProperty("relay", out _)
            );
        }
    }

    [Theory]
    [InlineData("approved")]
    [InlineData("refused")]
    [InlineData("broken-glass")]
    [InlineData("expired")]
    [InlineData("done")]
    public void An_outcome_carries_the_head_of_the_record_so_that_nobody_changes_it_afterwards(string outcome) =>
        Assert.Contains("record 57:9f3c5a1e77d04b62\"", CardSamples.All[$"outcome-{outcome}"].GetRawText(), StringComparison.Ordinal);

    [Fact]
    public void What_comes_from_elsewhere_can_neither_format_nor_link_nor_mention_nor_reverse()
    {
        var texts = Objects(CardSamples.All["approval-hostile"])
            .Where(node => Type(node) == "TextBlock")
            .Select(node => node.GetProperty("text").GetString()!)
            .ToArray();

        Assert.DoesNotContain(texts, text => text.Contains("](http", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, text => text.Contains("*APPROVED", StringComparison.Ordinal));
        Assert.DoesNotContain(
            texts,
            text =>
                text.Contains('<', StringComparison.Ordinal)
                || text.Contains('\u202E', StringComparison.Ordinal)
                || text.Any(char.IsControl)
        );
        Assert.DoesNotContain(texts, text => text.Contains("{{DATE(2020", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain words stay", "plain words stay")]
    [InlineData("L_0001_a.log", "L_0001_a.log")]
    [InlineData(@"D:\Temp\x", @"D:\Temp\x")]
    [InlineData("*bold* _slanted_ `code` ~gone~", "∗bold∗ \u200b_\u200bslanted\u200b_\u200b ˋcodeˋ ∼gone∼")]
    [InlineData("[a](https://b.example)", "(a)(https://b.example)")]
    [InlineData(@"\\server\share", "\\\u200b\\server\\share")]
    [InlineData("<at>you</at>", "‹at›you‹/at›")]
    [InlineData("two\r\n# lines", "two # lines")]
    [InlineData("a\u202Eb\u200Bc", "a·b·c")]
    [InlineData(null, "")]
    public void Text_is_made_safe_for_Markdown(string? text, string safe) => Assert.Equal(safe, Words.Escape(text));

    [Fact]
    public void A_gathering_says_since_when_only_of_what_is_down()
    {
        var (early, late) = (CardSamples.Asking, CardSamples.Asking.DownSince!.Value + 600_000_000);
        var (up, again) = (early with { DownSince = null, ServiceUp = true }, early with { DownSince = late });
        var never = up with { FirstDown = null };

        Assert.Equal($"since {Moment.Time(early.DownSince!.Value)}", When(early, up));
        Assert.Equal($"since {Moment.Time(late)}, first failure {Moment.Time(early.FirstDown!.Value)}", When(up, again));
        Assert.Equal($"first failure {Moment.Time(early.FirstDown!.Value)}", When(up, never));
        Assert.Equal($"opened {Moment.Time(never.OpenedAt)}", When(never));

        static string When(params Incident[] members) =>
            CardTexts.Of(CardJson.Write(lines => GatheringCard.Draw(members[0], members, lines)))[2];
    }

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(new string('x', 400) + "…", Words.Clean(new string('x', 100_000)));

    [Theory]
    [InlineData((int)CardKind.Incident)]
    [InlineData((int)CardKind.Approval)]
    [InlineData((int)CardKind.Search)]
    [InlineData((int)CardKind.Manual)]
    [InlineData((int)CardKind.Resolved)]
    [InlineData((int)CardKind.Gathering)]
    public void A_locked_phone_shows_one_line_of_at_most_80_characters(int kind)
    {
        var line = OneLine.Of(CardSamples.Hostile, new PostKey((CardKind)kind, CardSamples.Hostile.Request!.Question));

        Assert.InRange(line.Length, 10, 80);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void A_request_on_a_locked_phone_says_how_long_mail_is_down_and_until_when_to_answer() =>
        Assert.Equal(
            "EXCH01 mail down 17 min: approve Hold the mail in In, return all…? within 30 min",
            OneLine.Of(CardSamples.Asking, new PostKey(CardKind.Approval, CardSamples.Asking.Request!.Question))
        );

    private static string? Type(JsonElement node) => node.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static IEnumerable<JsonElement> Objects(JsonElement node) =>
        node.ValueKind switch
        {
            JsonValueKind.Object => node.EnumerateObject().SelectMany(pair => Objects(pair.Value)).Prepend(node),
            JsonValueKind.Array => node.EnumerateArray().SelectMany(Objects),
            _ => [],
        };
}

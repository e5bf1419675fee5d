using System.Text;
using System.Text.Json;
using ImcBot.Bot.Alerts;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed class What_alerts_say
{
    [Theory]
    [InlineData("""{"summary":"Queue stuck","description":"5021 mails, disk 99 %"}""", "Q: Queue stuck: 5021 mails, disk 99 %")]
    [InlineData("""{"message":"5021 mails"}""", "Q: 5021 mails")]
    [InlineData("""{"message":"a","description":"b","summary":"c"}""", "Q: c: b: a")]
    [InlineData("""{"summary":"Queue stuck","description":" queue stuck ","message":"Q"}""", "Q: Queue stuck")]
    [InlineData("""{"summary":" ","description":""}""", "Q")]
    [InlineData("null", "Q")]
    public void Summary_description_and_message_are_all_told_and_each_once(string annotations, string text) =>
        Assert.Equal(text, Only($$"""{"alerts":[{"labels":{"alertname":"Q","host":"mx1"},"annotations":{{annotations}} }]}""").Text);

    [Fact]
    public void Words_that_are_too_many_are_cut() =>
        Assert.Equal(
            2001,
            Only(
                $$"""{"alerts":[{"labels":{"host":"mx1"},"annotations":{"summary":"{{new string('s', 1500)}}","message":"{{new string('m', 1500)}}"} }]}"""
            ).Text.Length
        );

    [Fact]
    public void Only_those_that_fire_count_against_the_most_that_are_taken()
    {
        var read = Read(
            JsonSerializer.Serialize(
                new
                {
                    alerts = Enumerable
                        .Range(0, 202)
                        .Select(at => new { status = at < 100 ? "resolved" : "firing", labels = new { host = $"mx{at}" } }),
                }
            )
        );

        Assert.Equal(Enumerable.Range(0, 200).Select(at => $"mx{at}"), read.Alerts.Select(alert => alert.Host));
        Assert.Equal(["mx200", "mx201"], read.Refused.Select(sentence => sentence.Split(':')[0]));
    }

    [Theory]
    [InlineData("""{"Host":"mx1","TEXT":"down","sTatus":"OK"}""")]
    [InlineData("""{"HOST":"mx2","host":"mx1","Text":"down","Status":"OK"}""")]
    [InlineData("""{"\ud800":1,"Host":"mx1","Text":"down","Status":"OK"}""")]
    public void The_members_of_a_plain_alert_are_found_in_any_letter_case(string body) =>
        Assert.Equal(new OutsideAlert("mx1", "down", AlertState.Over), Only(body));

    [Theory]
    [InlineData("""{"a": [1, "b"]}""")]
    [InlineData("""["a", "b"]""")]
    [InlineData("true")]
    [InlineData("5")]
    public void Words_that_are_no_text_are_told_as_they_were_written(string text) =>
        Assert.Equal(text, Only($$"""{"host":"mx1","text":{{text}} }""").Text);

    [Theory]
    [InlineData("null")]
    [InlineData("\" \"")]
    public void Without_words_an_alert_says_so(string text) =>
        Assert.Equal("An alert without words.", Only($$"""{"host":"mx1","text":{{text}} }""").Text);

    [Fact]
    public void Words_that_are_no_text_are_cut_too() =>
        Assert.Equal(2001, Only($$"""{"host":"mx1","text":["{{new string('a', 5000)}}"]}""").Text.Length);

    private static OutsideAlert Only(string body) => Assert.Single(Read(body).Alerts);

    private static AlertReading Read(string body) => AlertReader.Read(Encoding.UTF8.GetBytes(body), "");
}

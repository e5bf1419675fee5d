using System.Net;
using System.Text;
using ImcBot.Lab.Room;

namespace ImcBot.EndToEnd.Tests.Room;

public sealed class Bad_input_is_told_in_a_sentence
{
    [Theory]
    [InlineData("{ \"person\": \"riley\"", "is not the JSON that POST /api/messages takes")]
    [InlineData("{ \"person\": \"riley\" }", "missing required properties including: 'chat', 'text'")]
    [InlineData("{ \"person\": \"nobody\", \"chat\": \"channel\", \"text\": \"hi\" }", "Nobody called 'nobody' is in this team")]
    [InlineData("{ \"person\": \"riley\", \"chat\": \"channel\", \"text\": \" \" }", "There is nothing to say")]
    [InlineData("{ \"person\": \"riley\", \"chat\": \"cellar\", \"text\": \"hi\" }", "There is no chat 'cellar'")]
    [InlineData("{ \"person\": \"riley\", \"chat\": \"channel\", \"text\": \"hi\", \"thread\": \"7\" }", "There is no thread 7")]
    public async Task From_the_page(string body, string sentence)
    {
        await using var room = await OpenRoom.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await room.Http.PostAsync(new Uri(room.Settings.Address, "api/messages"), content, TestContext.Current.CancellationToken);
        Assert.False(response.IsSuccessStatusCode);
        Assert.Contains(sentence, (await Sample.JsonAsync(response))["error"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_the_bot()
    {
        await using var room = await OpenRoom.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(room.Settings.Address, $"_connector/v3/conversations/{Team.ChannelId}/activities"));
        request.Content = new StringContent("[", Encoding.UTF8, "application/json");
        request.Headers.Authorization = new("Bearer", room.Issuer.ForConnector().Token);
        using var response = await room.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("BadSyntax", (await Sample.JsonAsync(response))["error"]!["code"]!.ToString());
    }

    [Fact]
    public async Task A_request_under_another_host_name_is_refused()
    {
        await using var room = await OpenRoom.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(room.Settings.Address, "api/room"));
        request.Headers.Host = "evil.example";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await room.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_bot_that_refuses_or_is_away_is_told_below_the_message()
    {
        await using var room = await OpenRoom.StartAsync();
        room.Bot.Answer = (503, null);
        Assert.Contains("refused this with HTTP 503", (await Sample.JsonAsync(await room.SayAsync("riley", "channel", "hi")))["undelivered"]!.ToString(), StringComparison.Ordinal);
        await room.Bot.DisposeAsync();
        Assert.Contains("cannot be reached", (await Sample.JsonAsync(await room.SayAsync("riley", "channel", "hi")))["undelivered"]!.ToString(), StringComparison.Ordinal);
    }
}

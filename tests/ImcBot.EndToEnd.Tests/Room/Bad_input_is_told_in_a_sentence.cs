using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ImcBot.Lab;
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
        using var response = await room.Http.PostAsync(
            new Uri(room.Settings.Address, "api/messages"),
            content,
            TestContext.Current.CancellationToken
        );
        Assert.False(response.IsSuccessStatusCode);
        Assert.Contains(sentence, (await Sample.JsonAsync(response))["error"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "Port {0} is in use by another program")]
    [InlineData("room", "Port {0} is in use by another program")]
    [InlineData("server", "Failed to bind to address http://127.0.0.1:{0}: address already in use.")]
    public async Task From_the_console_where_the_port_is_in_use(string command, string sentence)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            "dotnet",
            [Programs.Find("ImcBot.Lab"), command, "--port", port, "--data", Directory.CreateTempSubdirectory("imcbot-lab-").FullName]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        using var lab = Process.Start(start)!;
        var output = lab.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await lab.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lab.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith(string.Format(CultureInfo.InvariantCulture, sentence, port), error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Equal(2, lab.ExitCode);
        Assert.Equal(
            command == "run" ? "A practice room is being opened: the server first, then the bot, then the relay." : "",
            (await output).Trim()
        );
    }

    [Fact]
    public async Task From_the_bot()
    {
        await using var room = await OpenRoom.StartAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(room.Settings.Address, $"_connector/v3/conversations/{Team.ChannelId}/activities")
        );
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
        Assert.Equal(
            HttpStatusCode.MisdirectedRequest,
            (await room.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task A_bot_that_refuses_or_is_away_is_told_below_the_message()
    {
        await using var room = await OpenRoom.StartAsync();
        room.Bot.Answer = (503, null);
        Assert.Contains(
            "refused this with HTTP 503",
            (await Sample.JsonAsync(await room.SayAsync("riley", "channel", "hi")))["undelivered"]!.ToString(),
            StringComparison.Ordinal
        );
        await room.Bot.DisposeAsync();
        Assert.Contains(
            "cannot be reached",
            (await Sample.JsonAsync(await room.SayAsync("riley", "channel", "hi")))["undelivered"]!.ToString(),
            StringComparison.Ordinal
        );
    }
}

using System.Net.Sockets;
using System.Text;
using ImcBot.Bot.Tests.Channel;
using Xunit;

namespace ImcBot.Bot.Tests.Commands;

public sealed class A_stop_waits_for_what_is_under_way
{
    /// <summary>The web server gives a body that stands still five seconds, which is longer than a command line waits by itself.</summary>
    [Fact]
    public async Task A_call_whose_body_is_still_to_come_is_no_failure_of_the_program()
    {
        var token = TestContext.Current.CancellationToken;
        await using var teams = await TeamsDouble.StartAsync();
        await using var bot = await BotProcess.StartAsync(teams, new Dictionary<string, string>(StringComparer.Ordinal));
        using var caller = new TcpClient();
        await caller.ConnectAsync(bot.Address.Host, bot.Address.Port, token);
        var call = caller.GetStream();
        await call.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /relay/v1/enrol HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
                    + "Expect: 100-continue\r\n\r\n"
            ),
            token
        );
        // The bot reads the body now.
        Assert.StartsWith("HTTP/1.1 100", await new StreamReader(call, Encoding.ASCII).ReadLineAsync(token), StringComparison.Ordinal);

        Assert.Equal(0, await bot.EndAsync());
    }
}

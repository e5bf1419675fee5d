using System.Globalization;
using System.Net.Http.Headers;
using ImcBot.Bot.Tests.Channel;
using ImcBot.Bot.Tests.Relays;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Fuzz;

/// <summary>
/// Whoever holds a right token, secret or key may still send anything. <c>tests/campaigns/fuzz</c> runs as many as one likes;
/// the number of a body is all that is needed to send it again.
/// </summary>
[Collection(nameof(Alone))]
public sealed class Mutated_bodies_break_nothing(ITestOutputHelper output)
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const int Beside = 4,
        Renewed = 500;
    private const long MostGrowth = 64L << 20;

    private static readonly int Count = Setting("IMCBOT_FUZZ_COUNT", 20_000),
        First = Setting("IMCBOT_FUZZ_SEED", Setting("IMCBOT_SEED", 1));

    // What the chat sends is of most kinds and the least work; behind the other doors lies the database.
    private static readonly int AtMessages = Count * 7 / 10,
        AtAlerts = Count * 3 / 20,
        AtGateway = Count - AtMessages - AtAlerts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_messages()
    {
        await using var teams = await TeamsDouble.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var bot = await BotHost.StartAsync(teams, clock);
        var samples = Doors.Activities(bot, teams.ServiceUrl);
        var token = "";
        await RunAsync(
            "/api/messages",
            AtMessages,
            async number =>
            {
                if (number % Renewed == 0 || token.Length == 0)
                {
                    bot.Ear.Forget();
                    teams.Seen.Clear();
                    token = teams.Token(age: TimeProvider.System.GetUtcNow() - clock.GetUtcNow());
                }

                clock.Advance(TimeSpan.FromMilliseconds(600));
                var answer = SendAsync(bot.Http, "/api/messages", token, Mutator.Mutate(samples[number % samples.Length], number));
                while (await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token)) != answer)
                {
                    // All that are beside each other may wait for a time that only the next one would bring.
                    clock.Advance(TimeSpan.FromSeconds(1));
                }

                return await answer;
            }
        );
    }

    [Fact]
    public async Task At_alerts()
    {
        await using var house = await BotHouse.OpenAsync(("Alerts:Sources:fuzz:Secret", Secret), ("Alerts:PerMinute", "6000"));
        await house.RelayAsync();
        await RunAsync(
            "/alerts",
            AtAlerts,
            number =>
            {
                house.Clock.Advance(TimeSpan.FromMilliseconds(20));
                return SendAsync(house.Http, "/alerts", Secret, Mutator.Mutate(Doors.Alerts[number % Doors.Alerts.Length], number));
            }
        );
    }

    [Fact]
    public async Task At_the_relays_gateway()
    {
        await using var house = await BotHouse.OpenAsync(("Bot:RelayRequestsPerMinute", "100000"), ("Bot:OpenRequestsPerMinute", "100000"));
        var relay = await house.RelayAsync();
        var samples = Doors.Relay(relay);
        await RunAsync(
            "/relay/v1",
            AtGateway,
            number =>
            {
                house.Clock.Advance(TimeSpan.FromMilliseconds(1));
                var (path, body) = samples[number % samples.Length];
                return SendAsync(house.Http, $"/relay/v1/{path}", relay.Assertion(), Mutator.Mutate(body, number));
            }
        );
    }

    /// <summary>
    /// Sends them, a few beside each other; any answer from 500 on is a failure, but for 501, which is the protocol's word for an unknown
    /// invoke.
    /// </summary>
    private async Task RunAsync(string door, int count, Func<int, Task<int>> send)
    {
        var answers = new int[600];
        await Parallel.ForAsync(First, First + (count / 10), Options, SendAsync);
        var early = Memory();
        await Parallel.ForAsync(First + (count / 10), First + count, Options, SendAsync);
        var late = Memory();

        output.WriteLine(
            $"{door}: {count} bodies from {First}; "
                + $"{string.Join(", ", answers.Select((times, status) => (times, status)).Where(one => one.times > 0).Select(one => $"{one.status}: {one.times}"))}; "
                + $"managed memory {early.Managed >> 10} -> {late.Managed >> 10} KB, working set {early.WorkingSet >> 20} -> "
                + $"{late.WorkingSet >> 20} MB"
        );
        Assert.True(
            late.Managed - early.Managed < MostGrowth,
            $"{(late.Managed - early.Managed) >> 20} MB more are held after {count} bodies."
        );

        async ValueTask SendAsync(int number, CancellationToken cancellationToken)
        {
            var status = await send(number);
            Assert.True(status is < 500 or 501, $"Body {number} at {door} was answered with {status}.");
            Interlocked.Increment(ref answers[status]);
        }
    }

    private static ParallelOptions Options => new() { MaxDegreeOfParallelism = Beside, CancellationToken = Token };

    private static (long Managed, long WorkingSet) Memory() => (GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);

    private static async Task<int> SendAsync(HttpClient http, string path, string bearer, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await http.SendAsync(request, Token);
        return (int)response.StatusCode;
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;
}

/// <summary>Measures the memory of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

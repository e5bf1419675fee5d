using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Tests.Fuzz;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace ImcBot.Bot.Tests.Relays;

/// <summary>
/// Whoever holds one relay's key, or none, sends as much as they can. <c>A_flood_leaves_the_bot_at_work</c> does so to the bot as a
/// process, for as long as wanted.
/// </summary>
[Collection(nameof(Alone))]
public sealed class One_relay_never_exhausts_the_bot(ITestOutputHelper output)
{
    /// <summary>
    /// What a relay's key may add to the database in a minute: its first alerts, and what it is allowed in a minute of them, each kept with
    /// its entry.
    /// </summary>
    private const long MostGrown = 16L << 20,
        MostHeld = 64L << 20;

    private const int Beside = 12,
        Count = 2_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_key_floods_blobs_reports_and_alerts_and_other_hosts_go_on()
    {
        await using var house = await BotHouse.OpenAsync();
        var (thief, other) = (await house.RelayAsync(), await house.RelayAsync("EXCH02"));
        await thief.PostAsync("alerts", Some.Alert(false, 4102));
        await house.SqlAsync("pragma wal_checkpoint(truncate)");
        var (grown, held) = (Size(house), GC.GetTotalMemory(forceFullCollection: true));
        var answers = new ConcurrentDictionary<(string What, HttpStatusCode Status), int>();
        var large = new byte[1 << 20];
        var alert = Some.Alert(false, [.. Enumerable.Repeat(4116, 100)]);
        var fake = new Report(
            new RunId(new QuestionId(1, 99), 1),
            JobKind.Act,
            Verdict.Clear,
            new string('x', 100_000),
            new Dictionary<string, string>(StringComparer.Ordinal),
            Some.Start
        );

        await Parallel.ForAsync(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = Beside, CancellationToken = Token },
            async (number, _) =>
            {
                Note("blob", await PutAsync(house, thief, large, number));
                Note(
                    "report",
                    (await thief.PostAsync("reports", new[] { fake with { Run = new RunId(new QuestionId(1, 1 + number), 1) } })).Status
                );
                Note("alert", (await thief.PostAsync("alerts", alert)).Status);
            }
        );

        await house.SqlAsync("pragma wal_checkpoint(truncate)");
        (grown, held) = (Size(house) - grown, GC.GetTotalMemory(forceFullCollection: true) - held);
        output.WriteLine(
            $"{string.Join(", ", answers.OrderBy(one => one.Key.ToString(), StringComparer.Ordinal).Select(one => $"{one.Key.What} {(int)one.Key.Status}: {one.Value}"))}; database +{grown >> 10} KB, managed memory +{held >> 10} KB, working set {Environment.WorkingSet >> 20} MB"
        );
        Assert.True(answers.Keys.Any(one => one.Status is HttpStatusCode.TooManyRequests), "nothing was ever too much");
        Assert.DoesNotContain(answers.Keys, one => one.What == "blob" && one.Status is HttpStatusCode.NoContent);
        Assert.True(grown < MostGrown, $"the database has grown by {grown >> 20} MB");
        Assert.True(held < MostHeld, $"{held >> 20} MB more are held");
        Assert.InRange(
            house.Channel.Told.Count(told => told.Contains("did not ask of it", StringComparison.Ordinal)),
            1,
            ChangeSignals.MostOfSender
        );

        Assert.Equal(HttpStatusCode.NoContent, (await other.PostAsync("alerts", Some.Alert(false, 4102) with { Host = "EXCH02" })).Status);
        Assert.NotEmpty(await other.PollAsync());

        void Note(string what, HttpStatusCode status) => answers.AddOrUpdate((what, status), 1, static (_, times) => times + 1);
    }

    [Fact]
    public async Task Whoever_proves_nothing_is_answered_429_beyond_the_stated_rate_and_leaves_nothing_in_a_journal()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        await relay.PostAsync("alerts", Some.Alert(false, 4102));
        var (before, most) = ((await house.Engine.FindAsync(1, Token))!.Refusals, new BotOptions().OpenRequestsPerMinute);

        var paging = await KnockAsync(house, WebhookPager.AcknowledgePath, """{"page":"INC-1.1","token":"x","by":"Mallory"}""", 2 * most);
        var enrol = await KnockAsync(house, "/relay/v1/enrol", "{}", 2 * most);

        Assert.InRange(paging.Count(status => status is HttpStatusCode.Forbidden), most, (2 * most) - 1);
        Assert.All(
            paging.Where(status => status is not HttpStatusCode.Forbidden),
            status => Assert.Equal(HttpStatusCode.TooManyRequests, status)
        );
        Assert.Contains(HttpStatusCode.TooManyRequests, enrol);
        Assert.Equal(before, (await house.Engine.FindAsync(1, Token))!.Refusals);
    }

    [Fact]
    public async Task False_proofs_of_one_address_are_answered_429_after_a_while_and_shut_out_no_true_relay()
    {
        await using var house = await BotHouse.OpenAsync();
        var (relay, most) = (await house.RelayAsync(), new BotOptions().OpenRequestsPerMinute);
        using var elsewhere = From(IPAddress.Parse("127.0.0.2"), house.Http.BaseAddress!);
        var other = new FakeRelay(elsewhere, house.Clock, "EXCH02");

        var answers = new List<HttpStatusCode>();
        for (var call = 0; call < 2 * most; call++)
        {
            answers.Add((await relay.PostAsync(call % 2 == 0 ? "hello" : "poll", new Poll([]), relay.Assertion(subject: "x"))).Status);
        }

        Assert.InRange(answers.Count(status => status is HttpStatusCode.Unauthorized), most, (2 * most) - 1);
        Assert.All(
            answers.Where(status => status is not HttpStatusCode.Unauthorized),
            status => Assert.Equal(HttpStatusCode.TooManyRequests, status)
        );
        Assert.Equal(HttpStatusCode.OK, (await relay.PostAsync("hello", relay.Hello())).Status);
        var code = await house.Enrolment.CreateCodeAsync("EXCH02", BotHouse.Administrator, Token);
        Assert.Equal(HttpStatusCode.OK, (await other.EnrolAsync(code)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.PostAsync("hello", other.Hello(), other.Assertion(subject: "x"))).Status);
    }

    private static HttpClient From(IPAddress address, Uri bot) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(address.MapToIPv6(), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = bot,
        };

    [Theory]
    [InlineData(WebhookPager.AcknowledgePath, "/Paging/v1/acknowledge", "/paging/V1/ACKNOWLEDGE", "/paging/v1/acknowledge/")]
    [InlineData("/relay/v1/enrol", "/Relay/v1/enrol", "/relay/V1/ENROL", "/relay/v1/enrol/")]
    public async Task A_door_is_one_door_however_its_path_is_spelled(string path, params string[] spellings)
    {
        await using var house = await BotHouse.OpenAsync();
        var most = new BotOptions().OpenRequestsPerMinute;
        await KnockAsync(house, path, "{}", 2 * most);

        foreach (var spelling in spellings)
        {
            var status = Assert.Single(await KnockAsync(house, spelling, "{}", 1));
            Assert.True(status is HttpStatusCode.TooManyRequests, $"{spelling}: {status}");
        }
    }

    [Fact]
    public async Task What_no_search_has_asked_for_is_not_kept()
    {
        await using var house = await BotHouse.OpenAsync();
        var relay = await house.RelayAsync();
        var content = RandomNumberGenerator.GetBytes(3 << 20);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PutAsync(house, relay, content, 1));
        using var bytes = new MemoryStream(content);
        await house.Get<Journals>().Blobs.KeepAsync(ContentDigest.Of(content), bytes, Token);
        bytes.Position = 0;
        await house.Get<Journals>().Blobs.KeepAsync(ContentDigest.Of(content), bytes, Token);

        Assert.Equal(content, await house.Get<Journals>().Blobs.FindAsync(ContentDigest.Of(content), Token));
    }

    private static async Task<List<HttpStatusCode>> KnockAsync(BotHouse house, string path, string body, int times)
    {
        var answers = new List<HttpStatusCode>();
        for (var time = 0; time < times; time++)
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await house.Http.PostAsync(path, content, Token);
            answers.Add(answer.StatusCode);
        }

        return answers;
    }

    private static async Task<HttpStatusCode> PutAsync(BotHouse house, FakeRelay relay, byte[] content, int number)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            $"/relay/v1/blobs/{Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)))}"
        )
        {
            Content = new ByteArrayContent(content),
        };
        request.Headers.Authorization = new("Bearer", relay.Assertion());
        request.Headers.ExpectContinue = true;
        using var answer = await house.Http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static long Size(BotHouse house) => Directory.GetFiles(house.Folder, "imcbot.db*").Sum(file => new FileInfo(file).Length);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ImcBot.Bot.Relays;
using ImcBot.Bot.Tests.Relays;
using ImcBot.Contracts;
using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Testing;
using SiteEnrolment = ImcBot.Lab.Launch.Enrolment;

namespace ImcBot.EndToEnd.Tests.Link;

/// <summary>
/// Whoever holds one relay's key sends the real bot as much as they can, for so many seconds as <c>IMCBOT_FLOOD</c> says, while the real
/// relay of another host walks its incident.
/// </summary>
public sealed class A_flood_leaves_the_bot_at_work(ITestOutputHelper output)
{
    private const string Host = "EXCH66";

    private const int Senders = 12;

    /// <summary>
    /// What a relay's key may add to the database in a minute: its first alerts, and what it is allowed in a minute of them, each kept with
    /// its entry.
    /// </summary>
    private const long MostGrown = 2L * RelayQuota.AlertKilobytes << 10,
        MostHeld = 64L << 20;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("IMCBOT_FLOOD"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : 5
    );

    [Fact]
    public async Task Its_memory_and_its_database_stay_small_and_another_hosts_incident_ends_well()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6) + Lasts, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var options = new SiteOptions(Directory.CreateTempSubdirectory("imcbot-flood").FullName)
        {
            Count = 20,
            Seed = 11,
            Faults = "log",
        };
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        using var http = new HttpClient { BaseAddress = site.BotAddress };
        var thief = new FakeRelay(http, TimeProvider.System, Host);
        await new SiteEnrolment(
            site.Client,
            Host,
            async (code, _) => Assert.Equal(HttpStatusCode.OK, (await thief.EnrolAsync(code)).Status),
            TimeProvider.System
        ).RunAsync(either.Token);
        Assert.Equal(HttpStatusCode.OK, (await thief.PostAsync("hello", thief.Hello())).Status);

        var cast = new Cast(
            site.Client,
            new ServerDesk(site.Http, site.ServerAddress),
            AnswerSheet.Read("approve"),
            output.WriteLine,
            TimeProvider.System
        );
        var playing = cast.PlayAsync(either.Token);
        while (cast.Thread is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, either.Token);
        }

        var database = Path.Combine(options.DataFolder, "bot");
        var (answers, grown, held) = await FloodAsync(http, thief, playing, site.Bot!, database, either.Token);

        output.WriteLine(
            $"{string.Join(", ", answers.OrderBy(one => one.Key.ToString(), StringComparer.Ordinal).Select(one => $"{one.Key.What} {(int)one.Key.Status}: {one.Value}"))}; database +{grown >> 10} KB, resident memory +{held >> 10} KB at most"
        );
        Assert.Equal("resolved", await playing);
        Assert.DoesNotContain(answers.Keys, one => one.What == "blob" && one.Status is HttpStatusCode.NoContent);
        Assert.True(grown < MostGrown, $"the database has grown by {grown >> 20} MB");
        Assert.True(held < MostHeld, $"{held >> 20} MB more are resident");
    }

    /// <summary>
    /// Until its time is over and the other host's incident has ended; gives how often what was answered how, and by how many bytes the
    /// database has grown and the bot's resident memory had at most. What the first of each loads is no flood's.
    /// </summary>
    private static async Task<(ConcurrentDictionary<(string What, HttpStatusCode Status), int> Answers, long Grown, long Held)> FloodAsync(
        HttpClient http,
        FakeRelay thief,
        Task playing,
        Part bot,
        string database,
        CancellationToken cancellationToken
    )
    {
        var answers = new ConcurrentDictionary<(string What, HttpStatusCode Status), int>();
        var (most, numbers) = (0L, 0);
        var large = new byte[1 << 20];
        var alert = Some.Alert(false, [.. Enumerable.Repeat(4116, 100)]) with { Host = Host };
        var fake = new Report(
            default,
            JobKind.Act,
            Verdict.Clear,
            new string('x', 100_000),
            new Dictionary<string, string>(StringComparer.Ordinal),
            Some.Start
        );
        Note("alert", (await thief.PostAsync("alerts", Some.Alert(false, 4102) with { Host = Host })).Status);
        await SendAsync();
        var (size, resident, begun) = (Size(database), Resident(bot), TimeProvider.System.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(GoOnAsync, cancellationToken)));
        return (answers, Size(database) - size, Interlocked.Read(ref most) - resident);

        async Task GoOnAsync()
        {
            while (TimeProvider.System.GetElapsedTime(begun) < Lasts || !playing.IsCompleted)
            {
                await SendAsync();
                InterlockedMax(ref most, Resident(bot));
            }
        }

        async Task SendAsync()
        {
            var number = Interlocked.Increment(ref numbers);
            Note("blob", await PutAsync(http, thief, large, number));
            Note(
                "report",
                (await thief.PostAsync("reports", new[] { fake with { Run = new RunId(new QuestionId(1, number), 1) } })).Status
            );
            Note("alert", (await thief.PostAsync("alerts", alert)).Status);
        }

        void Note(string what, HttpStatusCode status) => answers.AddOrUpdate((what, status), 1, static (_, times) => times + 1);
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient http, FakeRelay relay, byte[] content, int number)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            $"relay/v1/blobs/{Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)))}"
        )
        {
            Content = new ByteArrayContent(content),
        };
        request.Headers.Authorization = new("Bearer", relay.Assertion());
        request.Headers.ExpectContinue = true;
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static void InterlockedMax(ref long most, long now)
    {
        for (var before = Interlocked.Read(ref most); now > before; before = Interlocked.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, now, before);
        }
    }

    private static long Resident(Part part)
    {
        using var process = Process.GetProcessById(part.Id);
        return process.WorkingSet64;
    }

    private static long Size(string folder) => Directory.GetFiles(folder, "imcbot.db*").Sum(file => new FileInfo(file).Length);
}

using ImcBot.Lab.Drills;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Paging;

/// <summary>
/// Real bot, relay and server, and a paging service for each of five roles that all sign one request. Four of them fail, each in its own
/// way, first for as long as a page is tried, then for a while, then not at all; the request is refused and asked again each time.
/// </summary>
public sealed class Every_page_reaches_somebody_or_is_told(ITestOutputHelper output)
{
    private const string Secret = "0123456789abcdef0123456789abcdef",
        Healthy = "on-call",
        Refusing = "ops-lead";

    private static readonly string[] Roles = [Healthy, "lead", Refusing, "security", "mail-owner"];

    // Each try of a page has ten seconds: whoever is told sooner has not waited for even one of another service's.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30),
        OneTry = TimeSpan.FromSeconds(10);

    private const string Runbook = """
        id: Q317653
        title: Internet Mail Service stops
        service: MSExchangeIMC
        opens-on:
          - eventlog: { log: Application, source: MSExchangeIMC, ids: [4102, 4182] }
          - manual: true
        verify:
          - { use: service.running, with: { service: MSExchangeIMC } }
        steps:
          - id: threads
            name: Threads
            kb: Q317653 resolution 5
            check: { use: threads.value, with: { at-least: 20 } }
            remedies:
              - name: raise
                use: threads.set
                with: { value: 50 }
                does: Raise Max Threads to 50
                restarts: MSExchangeIS
                approval: { role: on-call, co-sign: [lead, ops-lead, security, mail-owner] }
        """;

    private readonly HashSet<string> _requests = new(StringComparer.Ordinal);
    private readonly List<(string Role, DateTimeOffset At)> _told = [];

    [Fact]
    public async Task Within_thirty_seconds_and_none_waits_for_another_roles_service()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(6), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var (port, refused) = (Loopback.FreePort(), Loopback.FreePort());
        await using var services = await PagingServices.StartAsync(port);
        foreach (var (role, way) in new[] { (Healthy, "takes"), ("lead", "hangs"), ("security", "429"), ("mail-owner", "web page") })
        {
            services.Let(role, way);
        }

        var options = Prepared(role => $"http://127.0.0.1:{(role == Refusing ? refused : port)}/{role}");
        await using var site = await Site.OpenAsync(options, output.WriteLine, TimeProvider.System, either.Token);
        var thread = await ThreadAsync(site, either.Token);

        await AskAsync(site, thread, either.Token);
        await ToldAsync(site, Refusing, "did not go out: the paging service cannot be reached", either.Token);
        await ToldAsync(site, "security", "did not go out: the paging service answered 429", either.Token);
        await ToldAsync(site, "mail-owner", "may have gone out: a web page answered", either.Token);
        await ToldAsync(site, "lead", "may have gone out: the paging service did not answer", either.Token);

        await using var back = await PagingServices.StartAsync(refused);
        back.Let(Refusing, "302");
        services.Let("lead", "500", "takes");
        services.Let("security", "slow");
        services.Let("mail-owner", "429", "takes");
        await RefuseAsync(site, thread, either.Token);
        await AskAsync(site, thread, either.Token);
        await ToldAsync(site, Refusing, "did not go out: the paging service answered 302", either.Token);
        await CountAsync(() => services.Taken.Count, 6, either.Token);

        back.Let(Refusing, "takes");
        services.Let("security", "takes");
        await RefuseAsync(site, thread, either.Token);
        await AskAsync(site, thread, either.Token);
        await CountAsync(() => services.Taken.Count + back.Taken.Count, 11, either.Token);

        var path = Path.Combine(options.DataFolder, "transcript.jsonl");
        await File.WriteAllBytesAsync(
            path,
            await new ExportDesk(site.Client, site.Http, TimeProvider.System).FetchAsync(thread, either.Token),
            either.Token
        );
        var pages = PageRecord.Read(path);
        output.WriteLine(string.Join('\n', pages));

        Assert.Equal(
            [1, Roles.Length, Roles.Length, Roles.Length],
            pages.GroupBy(page => page.Request).Select(pages => pages.DistinctBy(page => page.Role).Count())
        );
        Assert.Equal(pages.Where(page => page.IsSent).Select(page => page.Id).Order(), services.Taken.Concat(back.Taken).Order());
        Assert.All(pages, page => Assert.InRange(page.After!.Value, TimeSpan.Zero, Bound));
        Assert.All(pages.Where(page => page.Role == Healthy), page => Assert.InRange(page.After!.Value, TimeSpan.Zero, OneTry));
        Assert.Equal(_told.Select(told => told.Role).Order(), pages.Where(page => !page.IsSent).Select(page => page.Role).Order());
        Assert.All(
            pages.Where(page => !page.IsSent),
            page => Assert.Contains(_told, told => told.Role == page.Role && told.At - page.At > TimeSpan.Zero && told.At - page.At < Bound)
        );
        Assert.Equal(0, services.Followed + back.Followed);
        Assert.Empty((await Reviewer.ReviewAsync(path, options, either.Token)).Complaints);
    }

    /// <param name="url">Where each role's service is.</param>
    private static SiteOptions Prepared(Func<string, string> url)
    {
        var folder = Directory.CreateTempSubdirectory("imcbot-paging").FullName;
        var runbooks = Directory.CreateDirectory(Path.Combine(folder, "runbooks")).FullName;
        File.WriteAllText(Path.Combine(runbooks, "Q317653.yaml"), Runbook);
        return new SiteOptions(folder)
        {
            Count = 20,
            Seed = 11,
            Faults = "threads",
            Runbooks = runbooks,
            Variables = Roles
                .SelectMany(role =>
                    new[] { ("Url", url(role)), ("Secret", Secret) }.Select(one =>
                        KeyValuePair.Create($"IMCBOT__OnCall__Paging__{role}__{one.Item1}", one.Item2)
                    )
                )
                .ToDictionary(),
        };
    }

    /// <summary>The incident's thread, once its remedy is offered.</summary>
    private static async Task<string> ThreadAsync(Site site, CancellationToken cancellationToken) =>
        (await UntilAsync(site, post => CardButton.On(post.Card).Any(button => button.Verb == "ask"), cancellationToken)).Thread!;

    /// <summary>Has the remedy asked for and waits until it is.</summary>
    private async Task AskAsync(Site site, string thread, CancellationToken cancellationToken)
    {
        await site.Client.SayAsync(Team.Riley, "channel", "@ImcBot ask threads", thread, cancellationToken);
        await UntilAsync(site, post => Request(post) is { } asked && _requests.Add(asked), cancellationToken);
    }

    private async Task RefuseAsync(Site site, string thread, CancellationToken cancellationToken) =>
        await site.Client.SayAsync(
            Team.Olu,
            "channel",
            $"@ImcBot deny {_requests.Max()!.Replace("INC-", "", StringComparison.Ordinal)} ask again in a minute",
            thread,
            cancellationToken
        );

    private static string? Request(PostView post) =>
        CardText.Of(post.Card).Any(text => text.StartsWith("APPROVE?", StringComparison.Ordinal))
            ? CardButton
                .On(post.Card)
                .Select(button => button.Action["data"]?["question"]?.ToString())
                .FirstOrDefault(question => question is not null)
            : null;

    /// <summary>Waits until the channel is told what became of a role's page.</summary>
    private async Task ToldAsync(Site site, string role, string told, CancellationToken cancellationToken) =>
        _told.Add(
            (
                role,
                (
                    await UntilAsync(
                        site,
                        post => post.Text?.Contains($"The page to '{role}' {told}", StringComparison.Ordinal) == true,
                        cancellationToken
                    )
                ).At
            )
        );

    private static async Task CountAsync(Func<int> taken, int wanted, CancellationToken cancellationToken)
    {
        while (taken() < wanted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<PostView> UntilAsync(Site site, Func<PostView, bool> isIt, CancellationToken cancellationToken)
    {
        await foreach (var post in site.Client.FollowAsync(Team.Olu, cancellationToken))
        {
            if (post is { Chat: "channel", From: "bot" } && isIt(post))
            {
                return post;
            }
        }

        throw new InvalidOperationException("The room closed.");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;
using Microsoft.Data.Sqlite;

namespace ImcBot.Benchmarks.Approvals;

/// <summary>A practice site of real processes, with one host, on which <see cref="ApprovedWalk"/> is walked again and again.</summary>
internal sealed partial class BusyChannel : IAsyncDisposable
{
    private static readonly string[] Wanted = ["walk", "ask"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    private readonly Site _site;
    private readonly string _ledger;
    private int _written;

    private BusyChannel(Site site, string ledger) => (_site, _ledger) = (site, ledger);

    /// <summary>How many of the bot's posts came faster than the channel takes them.</summary>
    public int PostsRefused => _site.PostsRefused;

    /// <summary>Messages that others wrote meanwhile.</summary>
    public int Written => _written;

    public static async Task<BusyChannel> OpenAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("imcbot-approvals-").FullName;
        var (runbooks, relay) = (Path.Combine(data, "runbooks"), Path.Combine(data, "relay"));
        ApprovedWalk.Write(runbooks, relay);
        return new(
            await Site.OpenAsync(new SiteOptions(data) { Runbooks = runbooks, Count = 1 }, tell, TimeProvider.System, cancellationToken),
            Path.Combine(relay, "ledger.db")
        );
    }

    /// <summary>
    /// Opens an incident, approves what it asks, and closes it. Milliseconds from writing to the ledger's row, of each approval.
    /// </summary>
    /// <param name="after">Done after each of them.</param>
    public async Task<IReadOnlyList<double>> ApproveAsync(
        int approvals,
        Func<CancellationToken, Task> after,
        CancellationToken cancellationToken
    )
    {
        var times = new List<double>();
        await _site.Client.SayAsync(Team.Riley, "channel", $"@ImcBot open {Enrolment.Host}", null, cancellationToken);
        string? thread = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var post in NewAsync(cancellationToken))
        {
            var buttons = CardButton.On(post.Card);
            thread ??= buttons.Any(button => button.Action["data"]?["incident"] is not null) ? post.Thread : null;
            if (thread is null || post.Thread != thread)
            {
                continue;
            }

            if (
                Wanted.Select(verb => buttons.FirstOrDefault(button => button.Verb == verb)).OfType<CardButton>().FirstOrDefault()
                    is { } wanted
                && seen.Add($"{wanted.Verb} {wanted.Action["data"]}")
            )
            {
                await _site.Client.ClickAsync(Team.Riley, post, wanted, cancellationToken);
            }

            if (
                buttons.FirstOrDefault(button => button.Verb is "approve" or "view")?.Action["data"]?["question"]?.ToString()
                    is { } question
                && seen.Add(question)
            )
            {
                var written = TimeProvider.System.GetUtcNow();
                await _site.Client.SayAsync(
                    Team.Olu,
                    "channel",
                    $"@ImcBot approve {question.Replace("INC-", "", StringComparison.Ordinal)}",
                    thread,
                    cancellationToken
                );
                times.Add((await BegunAsync(question, cancellationToken) - written).TotalMilliseconds);
                await after(cancellationToken);
            }

            if (times.Count == approvals && buttons.Any(button => button.Verb == "resume"))
            {
                // The first time it is only asked whether that is meant.
                await _site.Client.SayAsync(Team.Riley, "channel", "@ImcBot close measured", thread, cancellationToken);
                await _site.Client.SayAsync(Team.Riley, "channel", "@ImcBot close measured", thread, cancellationToken);
                return times;
            }
        }

        throw new InvalidOperationException("The room ended.");
    }

    /// <summary>
    /// People who write commands and talk, half in a thread of their own and half in the channel's, until they are told to stop.
    /// </summary>
    public async Task ChatterAsync(int writers, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, writers).Select(WriteAsync));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // They were told to stop.
        }

        async Task WriteAsync(int writer)
        {
            var thread = await _site.Client.SayAsync(Team.Riley, "channel", $"Something else, says {writer}", null, cancellationToken);
            for (var number = 0; ; number++)
            {
                await _site.Client.SayAsync(
                    Team.People[writer % 3],
                    "channel",
                    number % 2 == 0 ? "@ImcBot status" : $"what is it now? ({number})",
                    writer % 2 == 0 ? thread : null,
                    cancellationToken
                );
                Interlocked.Increment(ref _written);
                await Task.Delay(pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Asks in many threads at once, the next question as soon as the last is taken, and waits for every answer.</summary>
    /// <returns>Of each thread, the numbers of the questions in the order of their answers.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<int>>> AskAsync(int threads, int each, CancellationToken cancellationToken)
    {
        var order = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var thread = 0; thread < threads; thread++)
        {
            order[await _site.Client.SayAsync(Team.Riley, "channel", $"Thread {thread}", null, cancellationToken)] = [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var asking = Task.WhenAll(order.Keys.Select(AskAsync));
        await foreach (var post in _site.Client.FollowAsync(Team.Lena, cancellationToken))
        {
            if (
                post is { From: "bot", Thread: { } thread, Text: { } text }
                && order.GetValueOrDefault(thread) is { } answers
                && Question().Match(text) is { Success: true } found
                && seen.Add(post.Id)
            )
            {
                answers.Add(int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture));
                if (order.Values.Sum(all => all.Count) == threads * each)
                {
                    break;
                }
            }
        }

        await asking;
        return [.. order.Values];

        async Task AskAsync(string thread)
        {
            for (var number = 0; number < each; number++)
            {
                await _site.Client.SayAsync(Team.Riley, "channel", $"@ImcBot open NOBODY-{number}", thread, cancellationToken);
            }
        }
    }

    /// <summary>Resident megabytes of the bot now.</summary>
    public long Resident
    {
        get
        {
            using var bot = Process.GetProcessById(_site.Bot!.Id);
            return bot.WorkingSet64 >> 20;
        }
    }

    /// <summary>How many runs the relay's ledger has as finished.</summary>
    public async Task<int> FinishedAsync(CancellationToken cancellationToken) =>
        Convert.ToInt32(
            await AskLedgerAsync("SELECT count(*) FROM run WHERE finished IS NOT NULL", null, cancellationToken),
            CultureInfo.InvariantCulture
        );

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [GeneratedRegex("NOBODY-([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Question();

    private async IAsyncEnumerable<PostView> NewAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetUtcNow();
        await foreach (var post in _site.Client.FollowAsync(Team.Lena, cancellationToken))
        {
            if (post is { Chat: "channel", From: "bot", Deleted: false, Card: not null } && post.At >= begun - TimeSpan.FromSeconds(1))
            {
                yield return post;
            }
        }
    }

    private async Task<DateTimeOffset> BegunAsync(string question, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await AskLedgerAsync("SELECT began FROM run WHERE question = @question", question, cancellationToken) is long began)
            {
                return DateTimeOffset.UnixEpoch.AddMicroseconds(began);
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<object?> AskLedgerAsync(string sql, string? question, CancellationToken cancellationToken)
    {
        await using var ledger = new SqliteConnection($"Data Source={_ledger};Mode=ReadOnly");
        await ledger.OpenAsync(cancellationToken);
        await using var query = ledger.CreateCommand();
        query.CommandText = sql;
        query.Parameters.AddWithValue("@question", (object?)question ?? DBNull.Value);
        return await query.ExecuteScalarAsync(cancellationToken);
    }
}

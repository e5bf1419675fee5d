using System.Text.Json.Nodes;
using ImcBot.Lab.Launch;
using ImcBot.Lab.Room;

namespace ImcBot.Lab.Drills;

/// <summary>The people of a drill: Riley triages, Olu and Lena approve, Lena is at the console. They know what cards show.</summary>
/// <param name="incident">The incident that they walk, such as INC-2; the first that they see when null.</param>
/// <param name="byHand">What each word of a card that asks for work by hand has Lena do at the console; the rest she passes over;
/// the steps of the mail server when null.</param>
internal sealed class Cast(
    RoomClient client,
    ServerDesk server,
    AnswerSheet answers,
    Action<string> tell,
    TimeProvider time,
    string? incident = null,
    IReadOnlyList<(string Word, string Action)>? byHand = null
)
{
    // Whoever has been refused so often calls the next level instead of asking on.
    private const int RefusalsBeforeEscalating = 2;
    private const int MostRetries = 5,
        MostRefreshes = 120;

    private static readonly TimeSpan BeforeClickingAgain = TimeSpan.FromMilliseconds(500),
        BeforeSayingAgain = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _clicked = new(StringComparer.Ordinal);
    private bool _waits;
    private int _retries,
        _answered;
    private string? _incident = incident;
    private JsonNode? _resolved;

    /// <summary>What was done at the console, in order.</summary>
    public List<string> AtConsole { get; } = [];

    /// <summary>The thread of the incident, once it is there.</summary>
    public string? Thread { get; private set; }

    /// <summary>The card that ended the incident, once there is one.</summary>
    public JsonNode? Last { get; private set; }

    /// <summary>Store crashes before the first approval; what came before is the fault's, not the procedure's.</summary>
    public int? CrashesBefore { get; private set; }

    /// <summary>Plays until the incident ends; returns resolved, escalated, closed or waiting.</summary>
    public async Task<string> PlayAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await foreach (var post in client.FollowAsync(Team.Lena, cancellationToken))
            {
                if (post is not { Chat: "channel", From: "bot", Deleted: false, Card: { } card } || !IsOfIncident(post))
                {
                    continue;
                }
                await ActAsync(post, card, cancellationToken);
                if (_waits)
                {
                    return DrillResult.Waiting;
                }

                if (Ending(post, card) is { } outcome && (outcome != "resolved" || _resolved is not null))
                {
                    Last = _resolved ?? card;
                    return outcome;
                }
            }
        }
    }

    /// <summary>Riley says so until there is an incident: the relay may not have greeted yet, and the bot may be away.</summary>
    public async Task OpenAsync(string order, CancellationToken cancellationToken)
    {
        while (Thread is null)
        {
            tell($"Riley: {order}");
            try
            {
                await client.SayAsync(Team.Riley, "channel", $"@ImcBot {order}", null, cancellationToken);
            }
            catch (LabException exception)
            {
                tell(exception.Message);
            }

            await Task.Delay(BeforeSayingAgain, time, cancellationToken);
        }
    }

    /// <summary>
    /// The first incident that is seen. A bot that was killed while it posted may have posted twice: people go on where the newer card is,
    /// as it says.
    /// </summary>
    private bool IsOfIncident(PostView post)
    {
        if (
            (Thread is null || post.Id == post.Thread)
            && CardButton
                .On(post.Card)
                .Select(button => button.Action["data"]?["incident"]?.ToString())
                .FirstOrDefault(named => named is not null)
                is { } shown
            && shown == (_incident ??= shown)
        )
        {
            Thread = post.Thread;
        }
        return post.Thread == Thread;
    }

    private string? Ending(PostView post, JsonNode card)
    {
        var title = CardText.Of(card).FirstOrDefault(text => !text.StartsWith("<at>", StringComparison.Ordinal)) ?? "";
        if (title.Contains("RESOLVED", StringComparison.Ordinal) && post.Id != post.Thread)
        {
            _resolved = card;
        }
        return post.Id != post.Thread && _resolved is null ? null
            : title.Contains("RESOLVED", StringComparison.Ordinal) ? "resolved"
            : title.Contains("escalated", StringComparison.Ordinal) ? "escalated"
            : title.Contains("CLOSED", StringComparison.Ordinal) ? "closed"
            : null;
    }

    private async Task ActAsync(PostView post, JsonNode card, CancellationToken cancellationToken)
    {
        if (!post.OwnView && IsAskedOf(card, Team.Lena))
        {
            await RefreshAsync(post, cancellationToken);
            return;
        }

        // What was passed over is asked for again by people alone who have changed their minds.
        var buttons = CardButton
            .On(card)
            .Where(button => button.Action["data"]?["choice"] is null)
            .DistinctBy(button => button.Verb)
            .ToDictionary(button => button.Verb);
        if (buttons.ContainsKey("approve"))
        {
            await AnswerAsync(post, buttons, cancellationToken);
        }
        else if (answers.OnlyDenies && _answered >= RefusalsBeforeEscalating && buttons.TryGetValue("escalate", out var escalate))
        {
            await ClickOnceAsync(Team.Riley, post, escalate, cancellationToken);
        }
        else if (buttons.TryGetValue("done", out var done))
        {
            await DoByHandAsync(post, card, done, buttons["skip"], cancellationToken);
        }
        else if (buttons.TryGetValue("retry", out var retry) && Asked(retry) is not null && _retries++ < MostRetries)
        {
            await ClickOnceAsync(Team.Riley, post, retry, cancellationToken);
        }
        else if (post.Id == post.Thread)
        {
            await WalkAsync(post, buttons, cancellationToken);
        }
    }

    /// <summary>Lena's client asks for her buttons by itself; her view of the card comes as a post like any other.</summary>
    private async Task RefreshAsync(PostView post, CancellationToken cancellationToken)
    {
        for (
            var tries = 0;
            tries < MostRefreshes && (await client.RefreshAsync(Team.Lena, post, cancellationToken)).Kind is not ("card" or "done");
            tries++
        )
        {
            await Task.Delay(BeforeClickingAgain, time, cancellationToken);
        }
    }

    private static bool IsAskedOf(JsonNode card, Person person) =>
        (card["refresh"]?["userIds"] as JsonArray)?.Any(id => id?.ToString() == person.AccountId) == true;

    private async Task WalkAsync(PostView post, Dictionary<string, CardButton> buttons, CancellationToken cancellationToken)
    {
        if (buttons.TryGetValue("take", out var take))
        {
            await ClickOnceAsync(Team.Riley, post, take, cancellationToken);
        }
        if (new[] { "recommended", "ask", "watch" }.Select(buttons.GetValueOrDefault).OfType<CardButton>().FirstOrDefault() is { } next)
        {
            await ClickOnceAsync(Team.Riley, post, next, cancellationToken);
        }
    }

    private async Task AnswerAsync(PostView post, Dictionary<string, CardButton> buttons, CancellationToken cancellationToken)
    {
        if (!_clicked.Add(Key(post, buttons["approve"])))
        {
            return;
        }
        _answered++;
        CrashesBefore ??= await CrashesAsync(cancellationToken);
        var button = buttons[answers.Next()];
        var called = Team.People.Where(person =>
            post.Entities?.Any(entity => entity?["mentioned"]?["id"]?.ToString() == person.AccountId) == true
        );
        foreach (var approver in called.Append(Team.Olu).Append(Team.Lena).Distinct())
        {
            if (await ClickAsync(approver, post, button, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Waits for the server where it is away for a moment.</summary>
    private async Task<int> CrashesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await server.TruthAsync(cancellationToken)).StoreCrashes;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }

    private async Task DoByHandAsync(PostView post, JsonNode card, CardButton done, CardButton skip, CancellationToken cancellationToken)
    {
        if (!_clicked.Add(Key(post, done)))
        {
            return;
        }
        var words = string.Join(' ', CardText.Of(card));
        var step = (byHand ?? SiteExchange.Steps).FirstOrDefault(step => words.Contains(step.Word, StringComparison.OrdinalIgnoreCase));
        if (answers.OnlyDenies || step.Action is null)
        {
            await ClickAsync(Team.Lena, post, skip, cancellationToken);
            return;
        }
        if (step.Action == ISiteServer.LeaveIt)
        {
            await CloseAsync(post.Thread, cancellationToken);
            return;
        }
        if (step.Action == ISiteServer.Wait)
        {
            tell("Lena waits.");
            _waits = true;
            return;
        }

        tell($"Lena at the console: {step.Action}");
        await server.AtConsoleAsync(step.Action, cancellationToken);
        AtConsole.Add(step.Action);
        await ClickAsync(Team.Lena, post, done, cancellationToken);
    }

    /// <summary>Twice, for the service is down.</summary>
    private async Task CloseAsync(string? thread, CancellationToken cancellationToken)
    {
        for (var times = 0; times < 2; times++)
        {
            tell("Lena: close");
            await client.SayAsync(Team.Lena, "channel", "@ImcBot close", thread, cancellationToken);
        }
    }

    private async Task ClickOnceAsync(Person person, PostView post, CardButton button, CancellationToken cancellationToken)
    {
        if (_clicked.Add(Key(post, button)))
        {
            await ClickAsync(person, post, button, cancellationToken);
        }
    }

    /// <summary>
    /// True when the bot took the click; a refusal comes back as an error for the clicker. While the bot is away, people click again.
    /// </summary>
    private async Task<bool> ClickAsync(Person person, PostView post, CardButton button, CancellationToken cancellationToken)
    {
        var result = await client.ClickAsync(person, post, button, cancellationToken);
        while (!result.IsHeard)
        {
            await Task.Delay(BeforeClickingAgain, time, cancellationToken);
            result = await client.ClickAsync(person, post, button, cancellationToken);
        }

        tell(
            $"{person.GivenName}: {button.Title}{(Asked(button) is { } question ? $" ({question})" : "")}"
                + $"{(result.Text is { } text ? $" -> {text}" : "")}"
        );
        return result.Kind != "error";
    }

    private static string? Asked(CardButton button) => button.Action["data"]?["question"]?.ToString();

    private static string Key(PostView post, CardButton button) => $"{post.Id} {button.Verb} {Asked(button)}";
}

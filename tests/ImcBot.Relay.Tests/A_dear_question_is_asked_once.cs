using ImcBot.Relay.Actions;
using ImcBot.Relay.Tests.Fakes;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>What several checks of a survey ask at the same time, such as the list of a large queue.</summary>
public sealed class A_dear_question_is_asked_once : IDisposable
{
    private readonly Bench _bench = new();
    private readonly TaskCompletionSource<int> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Site Site => _bench.Site;

    [Fact]
    public async Task For_all_who_ask_while_it_is_being_answered_and_anew_for_who_asks_later()
    {
        var (first, second) = (AskAsync("queue", Token), AskAsync("queue", Token));
        Assert.Equal(1, _asked);
        _ = AskAsync("another", Token);
        Assert.Equal(2, _asked);

        _answer.SetResult(7);

        Assert.Equal((7, 7), (await first, await second));
        Assert.Equal(7, await AskAsync("queue", Token));
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task And_one_who_asks_no_longer_takes_the_answer_from_nobody_else()
    {
        using var leaving = new CancellationTokenSource();
        var (first, second) = (AskAsync("queue", leaving.Token), AskAsync("queue", Token));

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _answer.SetResult(7);

        Assert.Equal(7, await second);
    }

    public void Dispose() => _bench.Dispose();

    private Task<int> AskAsync(string question, CancellationToken cancellationToken) =>
        Site.ShareAsync(
            question,
            async _ =>
            {
                _asked++;
                return await _answer.Task;
            },
            cancellationToken
        );
}

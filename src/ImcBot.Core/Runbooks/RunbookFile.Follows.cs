using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>What follows a remedy, so that the service works with what was changed.</content>
internal static partial class RunbookFile
{
    private const string Start = "start",
        Restart = "restart",
        Reload = "reload",
        Nothing = "nothing";

    /// <param name="calls">What the remedy does before.</param>
    private static IReadOnlyList<Call> Follows(YamlMapping remedy, IReadOnlyList<Call> calls, string service)
    {
        var (searches, says) = (calls.Any(IsSearch), remedy.TextOrNull("follows"));
        var follows = says ?? (searches ? Nothing : Start);
        if (RefuseFollows(remedy, calls, follows, searches) is { } refusal)
        {
            remedy.Refuse(refusal, says is null ? "restarts" : "follows");
            return [];
        }

        // The start of a service that runs only watches it.
        var start = Catalog.CallOf(Purpose.Start, (CallArguments.Service, service));
        return follows switch
        {
            Restart => [Catalog.CallOf(Purpose.Restart, (CallArguments.Service, service)), start],
            Reload => [Catalog.CallOf(Purpose.Reload, (CallArguments.Service, service)), start],
            Nothing => [],
            _ => [.. Before(remedy), start],
        };
    }

    private static string? RefuseFollows(YamlMapping remedy, IReadOnlyList<Call> calls, string follows, bool searches) =>
        follows switch
        {
            not (Start or Restart or Reload or Nothing) =>
                "'follows' is 'start', 'restart', 'reload' or 'nothing'; without it a start follows.",
            not Nothing when searches => "A search starts the service by itself: leave 'follows' out.",
            not Start when remedy.Has("restarts") =>
                "'restarts' names what must restart before a start: it goes with 'follows: start' alone.",
            not (Start or Restart) when remedy.Flag("rides") =>
                "What rides on another step's card waits for a start of its own: 'follows' is 'start' or 'restart' here, or leave it out.",
            Nothing when !searches && calls.Any(StaysDown) =>
                "It stops a service, so that nothing would start it again: 'follows' is 'start' here, or leave it out.",
            _ => null,
        };

    private static bool StaysDown(Call call) =>
        Catalog.Find(call.Use)?.Traits is { } traits && traits.Allow(Trait.StopsService) && !traits.Say(Trait.StartsService);

    private static IEnumerable<Call> Before(YamlMapping remedy)
    {
        if (remedy.TextOrNull("restarts") is not { } restarted)
        {
            yield break;
        }

        var restart = Catalog.CallOf(Purpose.Restart, (CallArguments.Service, restarted));
        if (Catalog.Refuse(Binding.Fill(restart, remedy.Names)) is { } refusal)
        {
            remedy.Refuse(refusal, "restarts");
        }

        yield return restart;
    }
}

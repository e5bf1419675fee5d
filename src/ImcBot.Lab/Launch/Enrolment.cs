using System.Text.RegularExpressions;
using ImcBot.Lab.Room;

namespace ImcBot.Lab.Launch;

/// <summary>
/// Enrols a practice relay on the real path: the administrator asks the bot in private for a code, the relay uses it, and the administrator
/// confirms the fingerprint that the channel shows.
/// </summary>
internal sealed partial class Enrolment(RoomClient client, string host, Func<string, CancellationToken, Task> enrol, TimeProvider time)
{
    /// <summary>What the practice mail server is called where it is not shown as a Windows server.</summary>
    public const string Host = "EXCH01";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var asked = await client.SayAsync(Team.Lena, "personal", $"relay add {host}", null, cancellationToken);
        var code = await FindAsync(
            asked,
            post => post.Chat == "personal" ? Code(post) : null,
            "The bot gave the administrator no code for the relay.",
            cancellationToken
        );

        await enrol(code, cancellationToken);

        var shown = await FindAsync(
            asked,
            post => Confirm(post) is not null ? post : null,
            "The channel shows no fingerprint to confirm.",
            cancellationToken
        );
        var result = await client.ClickAsync(Team.Lena, shown, Confirm(shown)!, cancellationToken);
        if (result.Kind == "error")
        {
            throw new LabException($"The relay was not confirmed: {result.Text}");
        }
    }

    private async Task<T> FindAsync<T>(string after, Func<PostView, T?> find, string otherwise, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await client
                .FollowAsync(Team.Lena, either.Token)
                .Where(post => post.From == "bot" && string.CompareOrdinal(post.Id, after) > 0)
                .Select(find)
                .OfType<T>()
                .FirstAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException(otherwise);
        }
    }

    private static CardButton? Confirm(PostView post) =>
        CardButton.On(post.Card).FirstOrDefault(button => button.Verb.Contains("confirm", StringComparison.OrdinalIgnoreCase));

    private static string? Code(PostView post) =>
        CodeWord().Matches($"{post.Text} {post.Card?.ToJsonString()}").Select(match => match.Value).MaxBy(word => word.Length);

    // The code is base64url of JSON, so it begins as '{"' does.
    [GeneratedRegex("eyJ[A-Za-z0-9_-]{40,}")]
    private static partial Regex CodeWord();
}

using ImcBot.Lab.Room;

namespace ImcBot.Lab.Drills;

/// <summary>
/// Gets an incident's transcript the way a reviewer does: asks in the thread and allows the file that is offered in private.
/// </summary>
internal sealed class ExportDesk(RoomClient client, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public async Task<byte[]> FetchAsync(string thread, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var asked = await client.SayAsync(Team.Lena, "channel", "@ImcBot export jsonl", thread, either.Token);
            var allowed = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var post in client.FollowAsync(Team.Lena, either.Token))
            {
                if (post.Chat != "personal" || post.From != "bot" || string.CompareOrdinal(post.Id, asked) < 0)
                {
                    continue;
                }
                foreach (var attachment in post.Attachments ?? [])
                {
                    if (attachment?["contentType"]?.ToString() == "application/vnd.microsoft.teams.card.file.consent")
                    {
                        if (allowed.Add(post.Id))
                        {
                            await client.AllowFileAsync(Team.Lena, post, either.Token);
                        }
                    }
                    else if (attachment?["contentUrl"]?.ToString() is { } address)
                    {
                        return await http.GetByteArrayAsync(address, either.Token);
                    }
                }
            }
            throw new LabException("The room closed before the transcript came.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException("The bot gave no transcript within 90 s of 'export jsonl'.");
        }
    }
}

using ImcBot.Lab.Postfix;

namespace ImcBot.EndToEnd.Tests.Postfix;

/// <summary>What an administrator does with the tools of Postfix.</summary>
internal static class PostfixTools
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Task HoldAsync(PostfixFolder folder, string id) =>
        PostfixPackage.AskAsync(PostfixPackage.Postsuper, "-c", folder.Settings, "-h", id);

    /// <summary>Sends mail to a mailbox that takes none, and waits until all of it is put off.</summary>
    public static async Task PutOffAsync(PostfixFolder folder, int count, CancellationToken cancellationToken)
    {
        await PostfixPackage.AskAsync(
            "/usr/sbin/smtp-source",
            "-m",
            $"{count}",
            "-f",
            "offers@flood.example",
            "-t",
            $"box@{MailSink.FullMailbox}",
            $"127.0.0.1:{folder.MailPort}"
        );
        while (Directory.GetFiles(Path.Combine(folder.Queue, "deferred"), "*", SearchOption.AllDirectories).Length < count)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The instances that postmulti lists where a process looks.</summary>
    public static async Task<IReadOnlyList<string>> ListedAsync(int process)
    {
        var (_, listed) = await PostfixPackage.TryAsync("nsenter", "--target", $"{process}", "--mount", "/usr/sbin/postmulti", "-l");
        return listed.Split('\n');
    }

    /// <summary>
    /// The files of the queue that stay, each with its inode, size, mode and when it was written, moved or touched last; and what its
    /// service and its filter were asked for.
    /// </summary>
    public static async Task<IReadOnlyList<string>> SeenAsync(PostfixFolder folder)
    {
        string[] places = [.. new[] { "deferred", "defer", "hold", "corrupt" }.Select(place => Path.Combine(folder.Queue, place))];
        var (_, files) = await PostfixPackage.TryAsync("/usr/bin/find", [.. places, "-type", "f", "-printf", "%p %i %s %m %T@ %C@\\n"]);
        var calls = File.Exists(folder.Calls) ? await File.ReadAllLinesAsync(folder.Calls) : [];
        return [.. files.Split('\n').Order(StringComparer.Ordinal), .. calls];
    }
}

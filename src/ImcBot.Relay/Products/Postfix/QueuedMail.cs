using System.Text.Json;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>A message as postqueue(1) tells it.</summary>
/// <param name="Queue">The part of the queue that it lies in, such as <c>deferred</c>.</param>
/// <param name="Arrived">Unix seconds.</param>
/// <param name="Reasons">Why its recipients wait, each once.</param>
internal sealed record QueuedMail(string Queue, string Id, long Arrived, long Size, string Sender, IReadOnlyList<string> Reasons)
{
    /// <summary>How a reason begins that is none of the message's own: others had failed before it (qmgr(8)).</summary>
    private const string Suspended = "delivery temporarily suspended";

    /// <summary>How a reason begins where no connection came about: nothing of the message was sent.</summary>
    private const string Unconnected = "connect to ";

    /// <summary>By which words of Postfix it is known that a delivery broke off.</summary>
    public static readonly IReadOnlyList<string> Failures =
    [
        "lost connection",
        "timed out",
        "died with signal",
        "Command time limit exceeded",
    ];

    public bool IsHeld => Queue == "hold";

    public string SenderDomain => Sender.LastIndexOf('@') is > 0 and var at ? Sender[(at + 1)..] : "";

    /// <summary>
    /// Whether the delivery of this very message broke off. Where it was brought to, its reason does not always tell; its queue file does
    /// (<see cref="QueueFile.ContentFilter"/>).
    /// </summary>
    public bool FailedDirectly => Reasons.Any(IsOwnFailure);

    public static bool IsSuspended(string reason) => reason.StartsWith(Suspended, StringComparison.Ordinal);

    /// <summary>A reason without saying that others had failed for it.</summary>
    public static string Cause(string reason) => IsSuspended(reason) ? reason[Suspended.Length..].TrimStart(':', ' ') : reason;

    public static bool IsUnconnected(string reason) => reason.StartsWith(Unconnected, StringComparison.Ordinal);

    /// <summary>Whether the delivery of this very message broke off, rather than being refused or not begun.</summary>
    public static bool IsOwnFailure(string reason) =>
        !IsSuspended(reason)
        && !IsUnconnected(reason)
        && Failures.Any(words => LogText.OwnOf(reason).Contains(words, StringComparison.Ordinal));

    /// <summary>All that lies in the queue, in no order.</summary>
    public static async Task<List<QueuedMail>> ListAsync(PostfixInstance instance, CancellationToken cancellationToken) =>
        Read(await instance.AskAsync(instance.Program("postqueue", "-j"), cancellationToken));

    /// <summary>The same for checks, listed once for all that ask meanwhile: a large queue takes long.</summary>
    public static Task<List<QueuedMail>> SeenAsync(PostfixInstance instance, CancellationToken cancellationToken) =>
        instance.Site.ShareAsync($"queue of {instance.Config}", asking => ListAsync(instance, asking), cancellationToken);

    /// <summary>Of these what waits, rather than being held.</summary>
    public static async Task<List<QueuedMail>> WaitingAsync(PostfixInstance instance, CancellationToken cancellationToken) =>
        [.. (await SeenAsync(instance, cancellationToken)).Where(static one => !one.IsHeld)];

    /// <summary>What <c>postqueue -j</c> writes: one object a line. Throws <see cref="HostException"/> for anything else.</summary>
    public static List<QueuedMail> Read(string lines)
    {
        var mail = new List<QueuedMail>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                mail.Add(Read(json.RootElement));
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new HostException("postqueue has written a line that is not understood; look at 'postqueue -j'.", inner: exception);
            }
        }

        return mail;
    }

    private static QueuedMail Read(JsonElement message) =>
        new(
            message.GetProperty("queue_name").GetString()!,
            message.GetProperty("queue_id").GetString()!,
            message.GetProperty("arrival_time").GetInt64(),
            message.GetProperty("message_size").GetInt64(),
            message.GetProperty("sender").GetString()!,
            message.TryGetProperty("recipients", out var recipients)
                ?
                [
                    .. recipients
                        .EnumerateArray()
                        .Select(recipient => recipient.TryGetProperty("delay_reason", out var reason) ? reason.GetString() : null)
                        .OfType<string>()
                        .Distinct(StringComparer.Ordinal),
                ]
                : []
        );
}

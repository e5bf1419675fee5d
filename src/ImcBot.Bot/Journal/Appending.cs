using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Journal;

/// <summary>An entry on its way into the journal, with everything that its transaction writes.</summary>
/// <param name="Blob">The fact's JSON where the entry only names its digest.</param>
/// <param name="Incident">As the decision leaves it.</param>
/// <param name="Token">Counts until the transaction begins.</param>
internal sealed record Appending(
    Entry Entry,
    byte[] Bytes,
    byte[] Signature,
    byte[]? Blob,
    IReadOnlyList<SealedValue> Values,
    Fact? Fact,
    Incident Incident,
    CancellationToken Token
)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the entry is durable; otherwise nothing of it is.</summary>
    public Task End => _end.Task;

    public void Succeed() => _end.TrySetResult();

    public void Fail(Exception why) => _end.TrySetException(why);

    public void Cancel() => _end.TrySetCanceled(Token);
}

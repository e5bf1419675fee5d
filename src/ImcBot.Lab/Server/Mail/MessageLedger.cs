using System.Collections.Concurrent;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Mail;

/// <summary>
/// A message that this server has ever had. <c>Defect</c> is null for good mail; <c>Arrived</c> tells mail that came over SMTP from planted
/// mail.
/// </summary>
internal sealed record LedgerMessage(string Token, string Name, string Sha256, string? Defect, bool Arrived);

/// <summary>Every message that was planted or has arrived, in that order: the base of the ground truth.</summary>
internal sealed class MessageLedger : IDisposable
{
    private readonly AppendedList<LedgerMessage> messages;
    private readonly ConcurrentDictionary<string, byte> known;
    private readonly ConcurrentDictionary<string, string> announced = new(StringComparer.Ordinal);

    public MessageLedger(string folder)
    {
        messages = new AppendedList<LedgerMessage>(Path.Combine(folder, "messages.jsonl"));
        known = new(messages.After(0).Select(message => KeyValuePair.Create(message.Token, (byte)0)), StringComparer.Ordinal);
    }

    public IReadOnlyList<LedgerMessage> All => messages.After(0);

    public void Plant(string token, string name, string sha256, string? defect) =>
        messages.Append(_ => new LedgerMessage(token, name, sha256, defect, Arrived: false));

    /// <summary>Says that a message with a defect is about to be sent.</summary>
    public void Announce(string token, string defect) => announced[token] = defect;

    /// <summary>
    /// Notes a message from outside. A sender that was not answered sends the same message again: that is one message, perhaps with two
    /// deliveries.
    /// </summary>
    public void Arrive(string token, string name, string sha256)
    {
        if (known.TryAdd(token, 0))
        {
            messages.Append(_ => new LedgerMessage(token, name, sha256, announced.GetValueOrDefault(token), Arrived: true));
        }
    }

    public void Dispose() => messages.Dispose();
}

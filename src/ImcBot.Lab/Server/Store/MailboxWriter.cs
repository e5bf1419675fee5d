using System.Text.Json;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Server.Store;

/// <summary>The mailbox database of the practice store: every delivery is one appended line.</summary>
internal sealed class MailboxWriter : IDisposable
{
    private readonly Lock gate = new();
    private readonly StreamWriter file;

    public MailboxWriter(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    public void Add(Delivery delivery)
    {
        lock (gate)
        {
            file.WriteLine(JsonSerializer.Serialize(delivery, LabJson.Options));
        }
    }

    public void Dispose() => file.Dispose();
}

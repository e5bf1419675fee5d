using System.Buffers.Binary;
using System.Text;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Wine;

/// <summary>
/// Writes events as Windows keeps them, an EVENTLOGRECORD each, where the event log's stand-in (<c>Native/eventlog.c</c>) reads them.
/// </summary>
internal sealed class EventRecords(string folder, string machine)
{
    private const int Head = 56;
    private const uint Signature = 0x654C664C;

    private readonly Lock gate = new();
    private readonly Dictionary<string, uint> numbers = new(StringComparer.Ordinal);

    public void Write(EventEntry entry)
    {
        lock (gate)
        {
            var number = numbers[entry.Log] = numbers.GetValueOrDefault(entry.Log) + 1;
            Directory.CreateDirectory(folder);
            // In one piece: readers take a record that is not whole for the log's end.
            using var file = new FileStream(
                Path.Combine(folder, $"{entry.Log}.bin"),
                FileMode.Append,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 0
            );
            file.Write(Record(entry, number, machine));
        }
    }

    private static byte[] Record(EventEntry entry, uint number, string machine)
    {
        var names = Encoding.Unicode.GetBytes($"{entry.Source}\0{machine}\0");
        var strings = Encoding.Unicode.GetBytes(string.Concat(entry.Strings.Select(text => text + '\0')));
        var data = Convert.FromBase64String(entry.Data);
        var dataAt = Head + names.Length + strings.Length;
        var bytes = new byte[((dataAt + data.Length + 3) & ~3) + 4];
        var (type, severity) = entry.Type switch
        {
            EventType.Error => (1, 3u),
            EventType.Warning => (2, 2u),
            _ => (4, 1u),
        };

        Put(0, (uint)bytes.Length);
        Put(4, Signature);
        Put(8, number);
        Put(12, (uint)(entry.At / 1_000_000));
        Put(16, (uint)(entry.At / 1_000_000));
        Put(20, (severity << 30) | (uint)entry.Id);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(24), (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(26), (ushort)entry.Strings.Count);
        Put(36, (uint)(Head + names.Length));
        Put(48, (uint)data.Length);
        Put(52, (uint)dataAt);
        names.CopyTo(bytes, Head);
        strings.CopyTo(bytes, Head + names.Length);
        data.CopyTo(bytes, dataAt);
        Put(bytes.Length - 4, (uint)bytes.Length);
        return bytes;

        void Put(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
    }
}

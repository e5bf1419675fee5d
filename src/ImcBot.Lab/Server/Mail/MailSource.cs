using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Server.Mail;

/// <summary>
/// Good messages without end: the files of a folder tree over and over, or generated ones.
/// Files that cannot serve as good mail are named in <see cref="Skipped"/>, a sentence each.
/// </summary>
internal sealed class MailSource
{
    private const long LargestFile = 8 << 20;

    private readonly Lock gate = new();
    private readonly List<byte[]> files = [];
    private readonly GeneratedMail generated;
    private int next;

    public MailSource(string? folder, int seed)
    {
        generated = new GeneratedMail(seed);
        if (folder is not null)
        {
            Read(folder, seed);
        }
    }

    public List<string> Skipped { get; } = [];

    public byte[] Next()
    {
        lock (gate)
        {
            return files.Count > 0 ? files[next++ % files.Count] : generated.Next();
        }
    }

    private void Read(string folder, int seed)
    {
        if (!Directory.Exists(folder))
        {
            Skipped.Add($"The mail folder '{folder}' does not exist; generated messages are used. Give --mail a folder of message files.");
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Refusal(path) is { } reason)
            {
                Skipped.Add($"{Path.GetRelativePath(folder, path)} is not used as good mail: {reason}");
            }
        }

        new Random(seed).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(files));
        if (files.Count == 0)
        {
            Skipped.Add($"The mail folder '{folder}' holds no usable message; generated messages are used.");
        }
    }

    private string? Refusal(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length is 0 or > LargestFile)
            {
                return length == 0 ? "it is empty." : "it is larger than 8 MB.";
            }

            var bytes = File.ReadAllBytes(path);
            var message = InternetMessage.Parse(bytes);
            if (message.Headers.Count == 0)
            {
                return "it has no header line.";
            }

            if (DefectTable.In(message) is { } defect)
            {
                return $"the practice store would stumble over it ({defect.Id}).";
            }

            files.Add(bytes);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "it cannot be read.";
        }
    }
}

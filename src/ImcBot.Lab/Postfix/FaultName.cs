using System.Globalization;

namespace ImcBot.Lab.Postfix;

/// <summary>A fault as people name it, such as <c>disk</c> or <c>filter:3</c>.</summary>
/// <param name="Count">How many messages; 0 where it is about none.</param>
internal sealed record FaultName(string Kind, int Count)
{
    public const string Filter = "filter",
        Hang = "hang";

    private const int Most = 100;

    private static readonly string[] Kinds =
    [
        "disk",
        "inodes",
        "log",
        "config",
        "verbose",
        "limit",
        "flood",
        "destination",
        "chroot-dns",
        "certificate",
    ];

    public static string All => $"{string.Join(", ", Kinds)}, {Filter}:N, {Hang}:N";

    /// <summary>Whether a volume of its own is needed for it.</summary>
    public bool FillsVolume => Kind is "disk" or "inodes" or "log";

    /// <summary>Whether its messages have to be taken before anything else is wrong.</summary>
    public bool SendsMail => Count > 0 || Kind == "flood";

    /// <summary>Throws where it is not known.</summary>
    public static FaultName Parse(string text)
    {
        var parts = text.Split(':', 2);
        if (parts.Length == 1 && Kinds.Contains(text))
        {
            return new(text, 0);
        }

        return
            parts is [Filter or Hang, var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= Most
            ? new(parts[0], count)
            : throw new BadHttpRequestException($"There is no fault '{text}'. Faults are {All}.");
    }
}

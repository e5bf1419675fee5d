using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Q317653 resolution 2. Data: <c>level</c> (0, 1, 3, 5), <c>bytes</c> of the log files.</summary>
internal sealed class SmtpLogLevel : ICheck
{
    public const string Use = "smtp-log.level";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var level = long.Parse((await SmtpLog.FindAsync(site, cancellationToken)).Text);
        var files = await site.Host.Files.ListAsync(call.With["folder"], "L*.log", recursive: false, cancellationToken) ?? [];
        var bytes = files.Sum(file => file.Size);
        return Finding.Of(
            Finding.When(level <= long.Parse(call.With["at-most"])),
            $"Level {SmtpLog.Word(level)}, {Words.Bytes(bytes)} in {Words.Count(files.Count, "file")}.",
            ("level", level.ToString()),
            ("bytes", bytes.ToString())
        );
    }
}

/// <summary>
/// The registry value of the SMTP Protocol Log level; its name carries an ordinal that no article tells, so it is looked for.
/// </summary>
internal static partial class SmtpLog
{
    private static readonly Dictionary<long, string> Levels = new()
    {
        [0] = "None",
        [1] = "Minimum",
        [3] = "Medium",
        [5] = "Maximum",
    };

    /// <summary>The value, or the default None under the plain name when there is none.</summary>
    public static async Task<RegistryValue> FindAsync(Site site, CancellationToken cancellationToken) =>
        (await site.Host.Registry.ValuesAsync(Installation.ImcDiagnostics, cancellationToken)).FirstOrDefault(value =>
            value.Kind == ValueKind.Dword && CategoryName().IsMatch(value.Name)
        ) ?? RegistryValue.Dword("SMTP Protocol Log", 0);

    public static string Word(long level) => Levels.TryGetValue(level, out var word) ? $"{level} ({word})" : level.ToString();

    public static bool IsLevel(long level) => Levels.ContainsKey(level);

    [GeneratedRegex(@"^(\d+ )?SMTP Protocol Log$", RegexOptions.IgnoreCase)]
    private static partial Regex CategoryName();
}

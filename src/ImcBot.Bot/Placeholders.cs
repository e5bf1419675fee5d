using System.Text.RegularExpressions;

namespace ImcBot.Bot;

/// <summary>
/// What the samples hold in place of an installation's own values. None of it can be anybody's: a bot that started with it would wait for
/// nobody.
/// </summary>
internal static partial class Placeholders
{
    private static readonly string[] Sections =
    [
        BotOptions.Section,
        Channel.ChannelOptions.Section,
        OnCall.OnCallOptions.Section,
        Alerts.AlertOptions.Section,
        Entra.EntraOptions.Section,
        Commands.DecideOptions.Section,
    ];

    /// <summary>Every setting that was not filled in, each a sentence.</summary>
    public static IEnumerable<string> In(IConfiguration settings) =>
        from section in Sections
        from setting in settings.GetSection(section).AsEnumerable()
        where setting.Value is not null
        let found = Form().Match(setting.Value) is { Success: true } value ? value : Form().Match(setting.Key)
        where found.Success
        select $"{setting.Key} still has the sample's placeholder '{found.Value}': fill it in, or remove it.";

    /// <summary>The id of nothing, the word of the samples, and a host below a name that is kept for examples (RFC 2606).</summary>
    [GeneratedRegex(
        @"0{8}-0{4}-0{4}-0{4}-0{12}|\breplace-me\b|(?<=://)(?:[a-z0-9-]+\.)*example\.(?:com|net|org)\b(?![.-])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}

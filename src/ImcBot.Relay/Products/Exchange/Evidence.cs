using System.Text.RegularExpressions;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>What events of the Application log mean (Q232279, Q169686, Q325939, Q293288).</summary>
internal static partial class Evidence
{
    private const string Imc = "MSExchangeIMC";

    /// <summary>A process died; the text names which.</summary>
    public static bool IsCrashOfStore(this LogEvent entry) => entry is { Id: 4097, Source: "DrWatson" } && Says(entry, "store");

    /// <summary>The service is going down, or will at its next start.</summary>
    public static bool IsFatal(this LogEvent entry) =>
        entry is { Source: Imc, Id: 4102 or 4182 or 4094 } or { Source: "DrWatson", Id: 4097 };

    /// <summary>The events that name the message in work: 4182 and 12xxx the culprit, 4117 the one in flight.</summary>
    public static bool NamesMessage(this LogEvent entry) =>
        entry is { Source: Imc, Id: 4117 or 4182 } || (IsStore(entry) && entry.IsConversion());

    /// <summary>Reasons that mail does not move though the services run: flush mode, files that cannot be moved or opened.</summary>
    public static bool IsBlocked(this LogEvent entry) => entry is { Source: Imc, Id: 3018 or 4055 or 4070 or 4131 };

    /// <summary>Spool file names that an event mentions, upper case: from its strings, or from its text when it has none.</summary>
    public static IReadOnlyList<string> Names(this LogEvent entry)
    {
        IEnumerable<string> texts = entry.Strings.Count > 0 ? entry.Strings : [entry.Message];
        return
        [
            .. texts
                .SelectMany(text => SpoolName().Matches(text.Length > 4096 ? text[..4096] : text))
                .Select(match => match.Value.ToUpperInvariant())
                .Where(name => !ErrorCode().IsMatch(name))
                .Distinct(),
        ];
    }

    /// <summary>Null for an entry of something else.</summary>
    public static EventMeaning? Read(LogEvent entry) =>
        entry.Source != Imc && !IsStore(entry) && entry.Id != 4097
            ? null
            : new(
                entry.Id == 4097 || entry.Source == Imc,
                entry.IsFatal(),
                entry.IsCrashOfStore(),
                entry.IsBlocked(),
                entry.NamesMessage() ? entry.Names() : [],
                Codes(entry)
            );

    /// <summary>The codes in the data of one of the mail service's events.</summary>
    private static string? Codes(LogEvent entry) => entry.Source == Imc && entry.Data is { } data ? EventData.Read(data)?.ToString() : null;

    private static bool IsStore(LogEvent entry) => entry.Source.StartsWith("MSExchangeIS", StringComparison.OrdinalIgnoreCase);

    private static bool IsConversion(this LogEvent entry) => entry.Id is >= 12000 and <= 12999;

    private static bool Says(LogEvent entry, string word) =>
        entry.Message.Contains(word, StringComparison.OrdinalIgnoreCase)
        || entry.Strings.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Eight letters and digits standing alone; one article prints a name in mixed case (Q230250).</summary>
    [GeneratedRegex(
        @"(?<![A-Za-z0-9.])(?=[A-Za-z0-9]{0,7}[0-9])[A-Za-z0-9]{8}(?![A-Za-z0-9.])|(?<![A-Za-z0-9.])[A-Z]{8}(?![A-Za-z0-9.])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex SpoolName();

    /// <summary>12800 prints error codes without 0x (8007000E-F20000FF).</summary>
    [GeneratedRegex("^[8F][0-9A-F]{7}$")]
    private static partial Regex ErrorCode();
}

using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>The settings that may be set, and to what: none of them lets mail pass unseen, reach anybody else, or be lost.</summary>
internal static partial class SettingList
{
    /// <summary>The value that takes a line out of main.cf, so that Postfix's own default counts.</summary>
    public const string Default = "default";

    private const string ProcessLimit = "default_process_limit";

    private static readonly Dictionary<string, Regex> Allowed = new(StringComparer.Ordinal)
    {
        [ProcessLimit] = Limit(),
        ["debug_peer_list"] = None(),
        ["debug_peer_level"] = None(),
        ["smtpd_tls_loglevel"] = Level(),
        ["smtp_tls_loglevel"] = Level(),
        ["message_size_limit"] = None(),
        ["queue_minfree"] = None(),
        ["minimal_backoff_time"] = None(),
        ["maximal_backoff_time"] = None(),
        ["smtp_data_done_timeout"] = None(),
        ["maximal_queue_lifetime"] = Days(),
    };

    /// <summary>Whether it says how many processes there may be: more stand in nobody's way.</summary>
    public static bool IsLimit(string name) => name == ProcessLimit;

    /// <summary>Why a setting is not set to a value, as a sentence; null where it may be.</summary>
    public static string? Refuse(string name, string value) =>
        !Allowed.TryGetValue(name, out var form)
            ? $"'{name}' is none of the settings that may be set here: {string.Join(", ", Allowed.Keys.Order(StringComparer.Ordinal))}."
        : value == Default || form.IsMatch(value) ? null
        : $"'{value}' is not a value that {name} may be given here; '{Default}' takes it out of main.cf.";

    [GeneratedRegex("^[1-9][0-9]{1,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex Limit();

    [GeneratedRegex("^[01]$", RegexOptions.CultureInvariant)]
    private static partial Regex Level();

    [GeneratedRegex("^([5-9]|[1-3][0-9])d$", RegexOptions.CultureInvariant)]
    private static partial Regex Days();

    [GeneratedRegex("^(?!)$", RegexOptions.CultureInvariant)]
    private static partial Regex None();
}

/// <summary>
/// Whether a setting has a value, as it counts. With <c>default</c>, whether it stands as Postfix has it by itself; a limit of processes
/// above that was raised by somebody who knows why, and is none to take back. Data: <c>value</c>, <c>written</c> (what main.cf says, empty
/// where nothing).
/// </summary>
internal sealed class PostfixSetting : ICheck
{
    public const string Use = "postfix.setting";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var (name, wanted) = (call.With["name"], call.With["value"]);
        if (SettingList.Refuse(name, SettingList.Default) is { } refused)
        {
            throw new HostException(refused);
        }

        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var value = await instance.SettingAsync(name, cancellationToken);
        var written = await instance.WrittenAsync(name, cancellationToken);
        var usual = (await instance.AskAsync(instance.Program("postconf", "-d", "-h", name), cancellationToken)).Trim();
        var isRaised = SettingList.IsLimit(name) && int.TryParse(value, out var own) && int.TryParse(usual, out var least) && own >= least;
        return Finding.Of(
            Finding.When(wanted == SettingList.Default ? written is null || isRaised : value == wanted),
            $"{name} is {(value.Length == 0 ? "empty" : value)}"
                + (written is null ? ", as Postfix has it by itself." : $"; Postfix by itself has {(usual.Length == 0 ? "none" : usual)}."),
            ("value", value),
            ("written", written ?? "")
        );
    }
}

/// <summary>Sets a setting of the list in main.cf with postconf(1); it counts once Postfix reads its settings again.</summary>
internal sealed class PostfixSet : IUndoable, IPostfixAction
{
    public const string Use = "postfix.set";

    private const string Before = "before",
        Missing = "missing";

    public string Id => Use;

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var (name, value) = (call.With["name"], call.With["value"]);
        if (SettingList.Refuse(name, value) is { } refused)
        {
            throw new HostException(refused);
        }

        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var written = await instance.WrittenAsync(name, cancellationToken);
        return value == (written ?? SettingList.Default)
            ? throw new HostException($"{name} is {value} already.")
            : Effects.Of(
                call,
                $"{Says(name, value)} in {instance.Config}/main.cf; it counts once {instance.Service} reads its settings again",
                await ObserveAsync(call, site, cancellationToken),
                undo: Says(name, written ?? SettingList.Default)
            );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        return Effects.Seen((call.With["name"], await instance.WrittenAsync(call.With["name"], cancellationToken) ?? SettingList.Default));
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var (name, value) = (effect.Call.With["name"], effect.Call.With["value"]);
        var instance = await PostfixInstance.OfAsync(context.Site, effect.Call.With["service"], cancellationToken);
        await ChangeAsync(context, effect.Call, instance, name, value == SettingList.Default ? null : value, cancellationToken);
        return new EffectOutcome(Id, Verdict.Clear, $"main.cf says it now: {Says(name, value)}.");
    }

    public Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        Task.FromResult(new UndoPlan(Says(record.Call.With["name"], Was(record) ?? SettingList.Default)));

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(context.Site, record.Call.With["service"], cancellationToken);
        await WriteAsync(context, instance, record.Call.With["name"], Was(record), cancellationToken);
        return new EffectOutcome(Id, Verdict.Clear, $"{record.Call.With["name"]} is as it was before {record.Run}.");
    }

    /// <summary>Keeps what main.cf says, then changes it.</summary>
    /// <param name="value">Null takes the line out.</param>
    public static async Task ChangeAsync(
        RunContext context,
        Call call,
        PostfixInstance instance,
        string name,
        string? value,
        CancellationToken cancellationToken
    )
    {
        var written = await instance.WrittenAsync(name, cancellationToken);
        context.KeepUndo(call, (Before, written ?? ""), (Missing, written is null ? "true" : "false"));
        await WriteAsync(context, instance, name, value, cancellationToken);
    }

    /// <summary>What stood there before; null for nothing.</summary>
    public static string? Was(UndoRecord record) => record.Before[Missing] == "true" ? null : record.Before[Before];

    public static async Task WriteAsync(
        RunContext context,
        PostfixInstance instance,
        string name,
        string? value,
        CancellationToken cancellationToken
    )
    {
        var vector = value is null ? instance.Program("postconf", "-X", name) : instance.Program("postconf", "-e", $"{name}={value}");
        var result = await context.Writer.RunForAsync(instance.Service, vector, "", PostfixInstance.Limit, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new HostException($"{name} was not set: {result.Said}");
        }
    }

    private static string Says(string name, string value) =>
        value == SettingList.Default ? $"take {name} out, so that the default counts" : $"set {name} to {value}";
}

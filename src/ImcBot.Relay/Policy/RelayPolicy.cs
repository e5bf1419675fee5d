using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Policy;

/// <summary>What this relay may do, by the word of its local administrator. It wins over bot, runbook and grant.</summary>
/// <param name="Digest">SHA-256 of the policy file; null when there is none.</param>
/// <param name="Highest">The highest impact that is ever carried out.</param>
/// <param name="Shadow">Plans are made and shown, nothing is carried out.</param>
internal sealed record RelayPolicy(string? Digest, Impact Highest, bool Shadow = false)
{
    /// <summary>Catalog ids that are switched off.</summary>
    public IReadOnlySet<string> Off { get; init; } = new HashSet<string>();

    /// <summary>Catalog ids whose impact counts as higher here than in the catalog.</summary>
    public IReadOnlyDictionary<string, Impact> Raised { get; init; } = new Dictionary<string, Impact>();

    /// <summary>Files may be changed only below these; each may start with a name such as <c>${temp}</c>.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Short names of the services that may be started and stopped.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Registry values that may be set.</summary>
    public IReadOnlyList<AllowedValue> Values { get; init; } = [];

    /// <summary>Starts of a service in any hour; beyond it nothing is started for the bot.</summary>
    public int StartsPerHour { get; init; }

    /// <summary>
    /// Crashes of the service, or of what falls with it, in one incident; beyond it nothing is started for that incident.
    /// </summary>
    public int CrashesPerIncident { get; init; }

    /// <summary>Commands that the administrator has added to the catalog.</summary>
    public IReadOnlyList<PolicyCommand> Commands { get; init; } = [];

    /// <summary>How the server that this is for spells its paths.</summary>
    public PathGrammar Paths { get; init; } = PathGrammar.Windows;

    /// <summary>What it says of services beside their names.</summary>
    public IReadOnlyList<ManagedService> Described { get; init; } = [];

    /// <summary>Addresses beside those of this machine that may be asked whether they answer.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary>What may be deleted for good to gain space; nothing else is.</summary>
    public IReadOnlyList<Disposable> Disposable { get; init; } = [];

    /// <summary>A relay without a policy file only reads.</summary>
    public static RelayPolicy ReadOnly { get; } = new(null, Impact.Read);

    /// <summary>The catalog of this relay: the common one and the administrator's commands, with the policy's impacts.</summary>
    public IReadOnlyDictionary<string, CatalogEntry> Catalog =>
        Contracts
            .Catalog.Entries.Values.Concat(Commands.Select(command => command.Entry))
            .Select(entry => entry with { Impact = Weightiest(entry.Impact, Raised.GetValueOrDefault(entry.Id, Impact.Read)) })
            .ToDictionary(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>What the bot is told of it.</summary>
    public PolicyNotice Notice => new(Digest, Highest, Shadow, [.. Off.Order(StringComparer.Ordinal)]);

    /// <summary>What is wrong with a call by this relay's catalog, as a sentence, or null.</summary>
    public string? Refuse(Call call) =>
        Catalog.TryGetValue(call.Use, out var entry) ? entry.Refuse(call) ?? RefuseForeign(entry, call)
        : Contracts.Catalog.IsCommand(call.Use)
            ? $"This relay's policy has no '{call.Use}'; a local administrator may add it under commands."
        : Contracts.Catalog.Refuse(call);

    private string? RefuseForeign(CatalogEntry entry, Call call) =>
        entry
            .Arguments.Where(argument => argument.Kind == ArgumentKind.Path && call.With.ContainsKey(argument.Name))
            .Select(argument => Paths.Foreign(call.With[argument.Name]))
            .FirstOrDefault(refusal => refusal is not null);

    /// <summary>Why a service may not be started or stopped, as a sentence, or null.</summary>
    public string? RefuseService(string service) =>
        Services.Contains(service, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"{service} is none of the services that this relay's policy allows.";

    /// <summary>Why a registry value may not be set, as a sentence, or null.</summary>
    public string? RefuseValue(RegistryPlace place) =>
        Values.Any(allowed => allowed.Allows(place))
            ? null
            : $@"{place.Key}\{place.Name} is none of the registry values that this relay's policy allows.";

    /// <summary>The heavier of two impacts; an unknown one is the heaviest.</summary>
    public static Impact Weightiest(Impact one, Impact other) => Weight(one) >= Weight(other) ? one : other;

    public static int Weight(Impact impact) => impact == Impact.Unknown ? int.MaxValue : (int)impact;

    public static string Word(Impact impact) => impact.ToString().ToLowerInvariant();
}

/// <summary>A registry value that may be set.</summary>
/// <param name="Key">In full, such as <c>HKLM\SYSTEM\…</c>.</param>
/// <param name="Name">The value's name; <c>*</c> stands for any letters.</param>
internal sealed record AllowedValue(string Key, string Name)
{
    public bool Allows(RegistryPlace place) =>
        string.Equals(Key, place.Key, StringComparison.OrdinalIgnoreCase)
        && Regex.IsMatch(
            place.Name,
            $"^{Regex.Escape(Name).Replace(@"\*", ".*", StringComparison.Ordinal)}$",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
        );
}

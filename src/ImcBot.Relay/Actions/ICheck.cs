using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>One read-only catalog entry. The call's arguments fit the catalog and its paths are resolved.</summary>
internal interface ICheck
{
    string Id { get; }

    /// <summary>What it needs of the server's operating system; without it the answer is unknown, or says what was not seen.</summary>
    IReadOnlyList<Right> Rights => [];

    /// <summary>Throws <see cref="HostException"/> when the server does not tell; the answer is then unknown.</summary>
    Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken);
}

/// <summary>A check's answer.</summary>
/// <param name="Summary">One line for people.</param>
internal sealed record Finding(Verdict Verdict, string Summary, IReadOnlyDictionary<string, string> Data)
{
    public static Finding Of(Verdict verdict, string summary, params ReadOnlySpan<(string Name, string Value)> data)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in data)
        {
            facts[name] = value;
        }

        return new Finding(verdict, summary, facts);
    }

    /// <summary>Clear when it is so, else a finding.</summary>
    public static Verdict When(bool clear) => clear ? Verdict.Clear : Verdict.Finding;
}

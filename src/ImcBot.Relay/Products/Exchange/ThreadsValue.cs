using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Q317653 resolution 5 and Q169686. Data: <c>value</c>, <c>name</c>.</summary>
internal sealed class ThreadsValue : ICheck
{
    public const string Use = "threads.value";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var values = await MaxThreads.FindAsync(site, cancellationToken);
        if (values.Count == 0)
        {
            return Finding.Of(
                Verdict.Clear,
                $"Not set: Exchange 5.5 uses {Words.Number(MaxThreads.Default)} (Q257252).",
                ("value", MaxThreads.Default.ToString()),
                ("name", MaxThreads.Name)
            );
        }

        var lowest = values.MinBy(value => long.Parse(value.Text))!;
        var two = values.Count > 1 ? $" {values.Count} values differ only in spelling; the lowest is told." : "";
        return Finding.Of(
            Finding.When(long.Parse(lowest.Text) >= long.Parse(call.With["at-least"])),
            $"{lowest.Name} is {Words.Number(long.Parse(lowest.Text))}.{two}",
            ("value", lowest.Text),
            ("name", lowest.Name)
        );
    }
}

/// <summary>The value that articles spell in three ways; a new one gets the spelling of 5.5 (Q257252), an old one keeps its own.</summary>
internal static partial class MaxThreads
{
    public const string Name = "Max Threads (Public+Private)";
    public const long Default = 50;

    public static async Task<List<RegistryValue>> FindAsync(Site site, CancellationToken cancellationToken) =>
        [
            .. (await site.Host.Registry.ValuesAsync(Installation.StoreParameters, cancellationToken)).Where(value =>
                value.Kind == ValueKind.Dword && Spelling().IsMatch(value.Name)
            ),
        ];

    [GeneratedRegex(@"^Max\s*Threads\s*\((Public\s*\+\s*Private|Private\s*\+\s*Public)\)$", RegexOptions.IgnoreCase)]
    private static partial Regex Spelling();
}

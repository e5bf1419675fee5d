using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.Products.Postfix;

/// <summary>
/// Whether daemons write much more than one needs: <c>-v</c> in master.cf, peers that are listed for it, TLS sessions word for word. One
/// message makes some hundred lines then. Data: <c>verbose</c>, a line each.
/// </summary>
internal sealed class PostfixVerbose : ICheck
{
    public const string Use = "postfix.verbose";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var instance = await PostfixInstance.OfAsync(site, call.With["service"], cancellationToken);
        var verbose = (await instance.AskAsync(instance.Program("postconf", "-M"), cancellationToken))
            .Split('\n')
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Skip(8).Any(word => word.StartsWith("-v", StringComparison.Ordinal)))
            .Select(words => $"{words[0]}/{words[1]} of master.cf is told -v")
            .ToList();
        var peers = await instance.SettingAsync("debug_peer_list", cancellationToken);
        if (peers.Length > 0)
        {
            verbose.Add($"debug_peer_list is {peers}");
        }

        foreach (var name in new[] { "smtpd_tls_loglevel", "smtp_tls_loglevel" })
        {
            if (int.TryParse(await instance.SettingAsync(name, cancellationToken), out var level) && level > 1)
            {
                verbose.Add($"{name} is {level}");
            }
        }

        return Finding.Of(
            Finding.When(verbose.Count == 0),
            verbose.Count == 0 ? "No daemon writes more than it must." : $"{string.Join("; ", verbose)}.",
            ("verbose", string.Join('\n', verbose))
        );
    }
}

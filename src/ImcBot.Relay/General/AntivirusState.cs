using ImcBot.Contracts;
using ImcBot.Relay.Actions;

namespace ImcBot.Relay.General;

/// <summary>
/// Q317653 resolution 3. A scanner that runs and may touch the folder is a finding. A driver that is still loaded without its service
/// (Q240309), and a scanner inside a product, are unknown: no folder is excluded from them, and a person decides. Data: <c>product</c>,
/// <c>service</c>, <c>excluded</c>, of the product that threatens the folder most.
/// </summary>
internal sealed class AntivirusState : ICheck
{
    public const string Use = "antivirus.state";

    public string Id => Use;

    public async Task<Finding> CheckAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var path = call.With["path"];
        var found = await Antivirus.FindAsync(site, path, cancellationToken);
        var inside = new List<string>();
        foreach (var product in site.Products)
        {
            inside.AddRange(await product.ScannerInsideAsync(site, cancellationToken) is { } said ? [said] : []);
        }

        var verdict =
            found.Any(one => one.Threat == 2) ? Verdict.Finding
            : inside.Count > 0 || found.Any(one => one.Threat == 1) ? Verdict.Unknown
            : Verdict.Clear;
        List<string> told = [.. found.Select(one => Told(one, path)), .. inside];
        var first = found.Count > 0 ? found[0] : null;
        return Finding.Of(
            verdict,
            told.Count == 0 ? "No antivirus software that is known runs here." : string.Join(' ', told),
            ("product", first?.Product.Name ?? ""),
            ("service", first?.Service ?? ""),
            ("excluded", first is { Excluded: true } ? "true" : "false")
        );
    }

    private static string Told(AntivirusFound found, string path) =>
        found.Excluded ? $"{found.Product.Name} leaves {path} alone."
        : found.ServiceRuns ? $"{found.Product.Name} runs and {path} is not excluded."
        : found.DriverRuns && found.Service.Length == 0
            ? $"{found.Product.Name}'s driver {found.Driver} is loaded, and it may scan {path} (Q240309)."
        : found.DriverRuns ? $"{found.Product.Name} is stopped, but its driver {found.Driver} is still loaded (Q240309)."
        : $"{found.Product.Name} is installed and stopped.";
}

using System.Text.Json;

namespace ImcBot.Bot.Alerts;

/// <summary>
/// Azure Monitor's common alert schema. Its hosts: what the labels of managed Prometheus name; else every configuration item, by its last
/// path segment; else the dimension Computer or one of its kind, or AffectedConfigurationItems; else the targets. The workspace that an
/// alert searched is no host.
/// </summary>
internal static class AzureAlert
{
    private static readonly string[] Workspaces =
    [
        "/microsoft.operationalinsights/",
        "/microsoft.insights/",
        "/microsoft.monitor/accounts/",
    ];

    // Not the dimension Instance: of a machine it is a disk or a processor.
    private static readonly string[] Machines = ["Computer", "host", "hostname", "nodename"];

    public static AlertReading Read(JsonElement data, string hostLabel)
    {
        var (essentials, context) = (AlertReader.Part(data, "essentials"), AlertReader.Part(data, "alertContext"));
        var words = AlertReader.Joined([AlertReader.Text(essentials, "alertRule"), AlertReader.Text(essentials, "description")]);
        var state = StatusWords.Read(AlertReader.Text(essentials, "monitorCondition"));
        OutsideAlert[] alerts =
        [
            .. Hosts(essentials, context, hostLabel)
                .Select(host => AlertReader.Alert(host, words, state))
                .Where(alert => alert.Host.Length > 0)
                .DistinctBy(alert => alert.Host, StringComparer.OrdinalIgnoreCase),
        ];
        return new AlertReading(
            "azure",
            [.. alerts.Take(AlertReader.Most)],
            alerts.Length == 0
                ? ["The alert names no host: a configuration item, the dimension Computer or a target must."]
                :
                [
                    .. alerts
                        .Skip(AlertReader.Most)
                        .Select(alert => $"{alert.Host}: not taken, because one alert opens for at most {AlertReader.Most} hosts."),
                ]
        );
    }

    private static string[] Hosts(JsonElement essentials, JsonElement context, string hostLabel)
    {
        string[] targets = [.. List(essentials, "alertTargetIDs")];
        HashSet<string> workspaces = new(targets.Where(IsWorkspace).Select(HostName.LastSegment), StringComparer.OrdinalIgnoreCase);
        (string Name, string Value)[] dimensions =
        [
            .. Dimensions(context),
            .. Items(AlertReader.Part(AlertReader.Part(context, "condition"), "allOf")).SelectMany(Dimensions),
        ];
        string[][] ways =
        [
            Named(dimensions, hostLabel),
            [AlertReader.HostIn(AlertReader.Part(context, "labels"), hostLabel) ?? ""],
            [
                .. List(essentials, "configurationItems")
                    .Where(item => !IsWorkspace(item) && !workspaces.Contains(HostName.LastSegment(item)))
                    .Select(HostName.LastSegment),
            ],
            .. Machines.Select(name => Named(dimensions, name)),
            [.. List(context, "AffectedConfigurationItems").Select(HostName.LastSegment)],
            [.. targets.Where(target => !IsWorkspace(target)).Select(HostName.LastSegment)],
        ];
        return Array.Find(ways, way => Array.Exists(way, host => HostName.Of(host).Length > 0)) ?? [];
    }

    private static bool IsWorkspace(string id) => Workspaces.Any(kind => id.Contains(kind, StringComparison.OrdinalIgnoreCase));

    private static string[] Named((string Name, string Value)[] dimensions, string name) =>
        [.. dimensions.Where(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(one => one.Value)];

    private static IEnumerable<(string Name, string Value)> Dimensions(JsonElement holder) =>
        Items(AlertReader.Part(holder, "dimensions"))
            .Concat(Items(AlertReader.Part(holder, "Dimensions")))
            .Select(one => (AlertReader.Text(one, "name") ?? "", AlertReader.Text(one, "value") ?? ""))
            .Where(one => one.Item2.Trim().Length > 0);

    private static IEnumerable<string> List(JsonElement holder, string name) =>
        Items(AlertReader.Part(holder, name)).Select(AlertReader.Decode).OfType<string>().Where(text => text.Trim().Trim('/').Length > 0);

    private static JsonElement[] Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];
}

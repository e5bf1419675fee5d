using ImcBot.Contracts;
using ImcBot.Relay.Hosts;
using ImcBot.Yaml;

namespace ImcBot.Relay.Policy;

/// <summary>
/// Reads the <c>services:</c> of a policy file: a name alone, or a name with what is known of the service on a server without a manager of
/// services.
/// </summary>
internal static class PolicyServices
{
    public static IReadOnlyList<ManagedService> Read(YamlMapping root, PathGrammar paths, List<YamlProblem> problems)
    {
        List<ManagedService> services = [];
        foreach (var (text, mapping, line) in root.Entries("services"))
        {
            var service = mapping is null ? new ManagedService(text ?? "") : Describe(mapping, paths);
            if (service.Name.Length > 0 && !ArgumentForms.Fits(ArgumentKind.Service, service.Name))
            {
                problems.Add(new(line, $"'{service.Name}' is not the short name of a service."));
            }

            if (services.Exists(other => string.Equals(other.Name, service.Name, StringComparison.OrdinalIgnoreCase)))
            {
                problems.Add(new(line, $"There are two services '{service.Name}'."));
            }

            services.Add(service);
        }

        return services;
    }

    private static ManagedService Describe(YamlMapping node, PathGrammar paths)
    {
        var name = node.Text("name");
        var service = new ManagedService(name)
        {
            Display = node.TextOrNull("display") ?? name,
            Start = Vector("start"),
            Stop = Vector("stop"),
            Reload = Vector("reload"),
            Status = Vector("status"),
            Check = Vector("check"),
            Settings = FullPath("settings"),
            PidFile = FullPath("pid-file"),
            Log = FullPath("log"),
            DisabledBy = FullPath("disabled-by"),
            Needs = [.. node.Texts("needs").Select(needed => needed.Text)],
            Limit = TimeSpan.FromSeconds(node.Number("seconds", 1, 600, 60)),
            KillAfter = node.Number("kill-after", 0, 600, 0) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        if (paths != PathGrammar.Unix)
        {
            node.Refuse("Only a relay with the driver linux takes more than the name of a service.");
        }
        else if (service.IsOwn && (service.Stop is null || (service.PidFile is null && service.Status is null)))
        {
            node.Refuse($"{name} has 'start', so it needs 'stop' too, and 'pid-file' or 'status' that tell whether it runs.", "start");
        }
        else if (!service.IsOwn && NeedingStart(service) is { } key)
        {
            node.Refuse($"{name} has '{key}', so it needs 'start' too; where systemd starts it, systemd does this as well.", key);
        }

        node.Finish();
        return service;

        IReadOnlyList<string>? Vector(string which)
        {
            var elements = node.Texts(which);
            if (elements.Count > 0 && PolicyCommands.NoProgram(elements[0].Text) is { } wrong)
            {
                node.Refuse(wrong, which);
            }

            return elements.Count == 0 ? null : [.. elements.Select(element => element.Text)];
        }

        string? FullPath(string which)
        {
            var path = node.TextOrNull(which);
            if (path is not null && paths.Malformed(path) is { } wrong)
            {
                node.Refuse(wrong, which);
            }

            return path;
        }
    }

    private static string? NeedingStart(ManagedService service) =>
        service.Stop is not null ? "stop"
        : service.Reload is not null ? "reload"
        : service.Status is not null ? "status"
        : service.PidFile is not null ? "pid-file"
        : service.KillAfter is not null ? "kill-after"
        : service.Needs.Count > 0 ? "needs"
        : null;
}

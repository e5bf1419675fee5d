using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>Parameters: what a subject may set.</content>
internal static partial class RunbookFile
{
    private static IReadOnlyList<Parameter> ReadParameters(YamlMapping root, string service)
    {
        root.Names[Binding.Service] = service.Contains("${", StringComparison.Ordinal) ? "service" : service;
        root.Names[Binding.Url] = "http://localhost/";
        if (service.Contains("${", StringComparison.Ordinal) && service != $"${{{Binding.Service}}}")
        {
            root.Refuse($"'service' is a name, or '${{{Binding.Service}}}' where the subject says it.", "service");
        }

        return [.. root.Mappings("parameters").Select(ReadParameter)];
    }

    private static Parameter ReadParameter(YamlMapping reader)
    {
        var parameter = new Parameter(reader.Text("name"), reader.TextOrEmpty("default"), reader.Text("description"));
        if (!ParameterName().IsMatch(parameter.Name))
        {
            reader.Refuse(
                $"'{parameter.Name}' is no name for a parameter; use small letters, digits and '-', beginning with a letter.",
                "name"
            );
        }
        else if (
            ServerPaths.Names.Contains(parameter.Name, StringComparer.Ordinal) || !reader.Names.TryAdd(parameter.Name, parameter.Default)
        )
        {
            reader.Refuse($"'${{{parameter.Name}}}' means something already; give the parameter another name.", "name");
        }

        reader.Finish();
        return parameter;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex ParameterName();
}

using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ImcBot.Relay.Policy;

/// <summary>One error of a policy file.</summary>
internal sealed record PolicyProblem(long Line, string Text);

/// <summary>A policy file that cannot be used: the relay does not start with it, because half a policy is no policy.</summary>
internal sealed class PolicyException(string file, IReadOnlyList<PolicyProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{file}({problem.Line}): {problem.Text}")))
{
    public IReadOnlyList<PolicyProblem> Problems => problems;
}

/// <summary>
/// A mapping of the policy file, read by name. Whatever is missing, misspelt or of the wrong form is remembered with its line.
/// </summary>
internal sealed class PolicyNode(YamlMappingNode mapping, string what, List<PolicyProblem> problems)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public static PolicyNode? Of(YamlNode node, string what, List<PolicyProblem> problems)
    {
        if (node is YamlMappingNode mapping)
        {
            return new PolicyNode(mapping, what, problems);
        }

        problems.Add(new(node.Start.Line, $"{what} must be a mapping of names to values."));
        return null;
    }

    public string? Text(string name) => Scalar(Find(name), name, "text");

    public bool Has(string name) => Find(name) is not null;

    public string Needed(string name)
    {
        if (Find(name) is null)
        {
            Refuse($"{what} needs '{name}'.");
        }

        return Text(name) ?? "";
    }

    /// <summary>A whole number in a range, or the standard when there is none.</summary>
    public int Number(string name, int least, int most, int standard) =>
        Find(name) is not { } node ? standard
        : node is YamlScalarNode { Value: { } text }
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
        : Wrong(node, name, $"a whole number from {least} to {most}", standard);

    public bool Flag(string name) =>
        Find(name) is { } node
        && (node is YamlScalarNode { Value: "true" or "false" } word ? word.Value == "true" : Wrong(node, name, "true or false", false));

    /// <summary>The texts of a list, each with its line.</summary>
    public IReadOnlyList<(string Text, long Line)> Texts(string name) =>
        [
            .. Items(name)
                .Select(item => (Text: Scalar(item, name, "a list of texts"), item.Start.Line))
                .Where(item => item.Text is not null)
                .Select(item => (item.Text!, item.Line)),
        ];

    /// <summary>The entries of a list, each a text or a mapping.</summary>
    public IEnumerable<(string? Text, PolicyNode? Mapping, long Line)> Entries(string name) =>
        Items(name)
            .Select(item =>
                item is YamlScalarNode
                    ? (Scalar(item, name, "a list of texts"), (PolicyNode?)null, item.Start.Line)
                    : ((string?)null, Of(item, $"An entry of '{name}'", problems), item.Start.Line)
            );

    public IEnumerable<PolicyNode> Mappings(string name) =>
        Items(name).Select(item => Of(item, $"An entry of '{name}'", problems)).OfType<PolicyNode>();

    /// <summary>The pairs of a mapping of words to words, each with its line.</summary>
    public IReadOnlyList<(string Name, string Value, long Line)> Pairs(string name)
    {
        if (Find(name) is not { } node)
        {
            return [];
        }

        if (node is not YamlMappingNode pairs)
        {
            return Wrong<(string, string, long)[]>(node, name, "a mapping of names to words", []);
        }

        return
        [
            .. pairs.Children.Select(pair =>
                ((pair.Key as YamlScalarNode)?.Value ?? "", (pair.Value as YamlScalarNode)?.Value ?? "", pair.Key.Start.Line)
            ),
        ];
    }

    /// <summary>Tells every member that nobody asked for: a misspelt limit must not be silently without effect.</summary>
    public void Finish()
    {
        foreach (var key in mapping.Children.Keys.Where(key => key is not YamlScalarNode { Value: { } name } || !_read.Contains(name)))
        {
            problems.Add(
                new(key.Start.Line, $"{what} has no member '{key}'; it takes {string.Join(", ", _read.Order(StringComparer.Ordinal))}.")
            );
        }
    }

    public long Line(string? name = null) => (name is null ? null : Find(name))?.Start.Line ?? mapping.Start.Line;

    public void Refuse(string text, string? name = null) => problems.Add(new(Line(name), text));

    private IEnumerable<YamlNode> Items(string name) =>
        Find(name) switch
        {
            null => [],
            YamlSequenceNode sequence => sequence.Children,
            var other => Wrong<YamlNode[]>(other, name, "a list", []),
        };

    private YamlNode? Find(string name)
    {
        _read.Add(name);
        return mapping.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;
    }

    private string? Scalar(YamlNode? node, string name, string form) =>
        node switch
        {
            null => null,
            YamlScalarNode { Value: { Length: > 0 } text } => text,
            _ => Wrong<string?>(node, name, form, null),
        };

    private T Wrong<T>(YamlNode node, string name, string form, T instead)
    {
        problems.Add(new(node.Start.Line, $"'{name}' must be {form}."));
        return instead;
    }
}

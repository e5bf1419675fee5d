using System.Globalization;
using ImcBot.Contracts;
using YamlDotNet.RepresentationModel;

namespace ImcBot.Core.Runbooks;

/// <summary>Reads a YAML mapping by name and remembers, with its line, everything that is missing, misspelt or of the wrong form.</summary>
internal sealed class YamlReader
{
    private readonly YamlMappingNode _mapping;
    private readonly string _what;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private YamlReader(YamlMappingNode mapping, string what, List<RunbookProblem> problems, Dictionary<string, string> names)
    {
        _mapping = mapping;
        _what = what;
        (Problems, Names) = (problems, names);
    }

    public List<RunbookProblem> Problems { get; }

    /// <summary>What stands for the parameters while the file is judged: their defaults. Shared by all readers of a file.</summary>
    public Dictionary<string, string> Names { get; }

    public Mark At => Place(_mapping);

    public static YamlReader? Of(YamlNode node, string what, List<RunbookProblem> problems, Dictionary<string, string>? names = null)
    {
        if (node is YamlMappingNode mapping)
        {
            return new YamlReader(mapping, what, problems, names ?? new Dictionary<string, string>(StringComparer.Ordinal));
        }

        problems.Add(new(Place(node), $"{what} must be a mapping of names to values."));
        return null;
    }

    public bool Has(string name) => Node(name) is not null;

    public string Text(string name) => TextOrNull(name) ?? Missing(name);

    public string? TextOrNull(string name) =>
        Node(name) switch
        {
            null => null,
            YamlScalarNode { Value: { Length: > 0 } value } => value,
            var other => Wrong<string>(other, name, "text"),
        };

    public int Number(string name) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Wrong<int>(Node(name), name, "a whole number");

    public bool Flag(string name) =>
        Node(name) is not null && (bool.TryParse(Text(name), out var flag) ? flag : Wrong<bool>(Node(name), name, "true or false"));

    public YamlReader? Mapping(string name) => Node(name) is { } node ? Of(node, $"'{name}'", Problems, Names) : null;

    public IEnumerable<YamlReader> Mappings(string name) =>
        Items(name).Select(node => Of(node, $"An entry of '{name}'", Problems, Names)).OfType<YamlReader>();

    public IReadOnlyList<string> Texts(string name) =>
        [
            .. Items(name)
                .Select(node =>
                    node is YamlScalarNode { Value: { Length: > 0 } value } ? value : Wrong<string>(node, name, "a list of words") ?? ""
                ),
        ];

    public IndexSet Indexes(string name) =>
        IndexSet.Of(
            Items(name)
                .SelectMany(node =>
                    node is YamlScalarNode { Value: { } value } && IndexSet.TryParse(value, out var set)
                        ? set.Ranges
                        : Wrong<IReadOnlyList<IndexRange>>(node, name, "a list of whole numbers and ranges, such as [4102, 12000-12999]")
                            ?? []
                )
        );

    /// <summary>All scalar members, as the arguments of a call.</summary>
    public IReadOnlyDictionary<string, string> Scalars()
    {
        var scalars = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in _mapping.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? ""))
        {
            scalars[name] = Text(name);
        }

        return scalars;
    }

    /// <summary>Tells every member that nobody asked for: a misspelt name must not be silently without effect.</summary>
    public void Finish()
    {
        foreach (var key in _mapping.Children.Keys.OfType<YamlScalarNode>().Where(key => !_read.Contains(key.Value ?? "")))
        {
            Problems.Add(
                new(Place(key), $"{_what} has no member '{key.Value}'; it takes {string.Join(", ", _read.Order(StringComparer.Ordinal))}.")
            );
        }
    }

    public void Refuse(string text, string? name = null) => Problems.Add(new(MarkOf(name), text));

    /// <summary>Where this member's value stands; the mapping itself when there is none.</summary>
    public Mark MarkOf(string? name) => name is not null && Node(name) is { } node ? Place(node) : At;

    public static Mark Place(YamlNode node) => new(node.Start.Line, node.Start.Column);

    private IEnumerable<YamlNode> Items(string name) =>
        Node(name) switch
        {
            null => [],
            YamlSequenceNode sequence => sequence.Children,
            var other => Wrong<YamlNode[]>(other, name, "a list") ?? [],
        };

    private YamlNode? Node(string name)
    {
        _read.Add(name);
        return _mapping.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;
    }

    private string Missing(string name)
    {
        Problems.Add(new(At, $"{_what} needs '{name}'."));
        return "";
    }

    private T? Wrong<T>(YamlNode? node, string name, string form)
    {
        Problems.Add(new(node is null ? At : Place(node), $"'{name}' must be {form}."));
        return default;
    }
}

using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ImcBot.Yaml;

/// <summary>One text of a list and the line it stands in.</summary>
internal readonly record struct YamlText(string Text, long Line);

/// <summary>
/// A mapping of a YAML file, read by name. Whatever is missing, misspelt or of the wrong form is remembered with its place.
/// </summary>
internal sealed class YamlMapping(YamlMappingNode mapping, string what, List<YamlProblem> problems, Dictionary<string, string> names)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>All that is wrong with the file so far; shared by all its mappings.</summary>
    public List<YamlProblem> Problems => problems;

    /// <summary>What stands for the names that texts use, while the file is judged; shared by all its mappings.</summary>
    public Dictionary<string, string> Names => names;

    public Mark At => Place(mapping);

    /// <summary>
    /// The one document of a file in UTF-8; null where it is none. The reader of documents calls itself for each level, so the depth is
    /// looked at before.
    /// </summary>
    /// <param name="kind">What the file is, such as "policy".</param>
    public static YamlMapping? Read(byte[] bytes, string kind, List<YamlProblem> problems)
    {
        try
        {
            var (stream, text) = (new YamlStream(), new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            if (YamlDepth.LineTooDeep(text) is { } line)
            {
                problems.Add(new(line, $"This is nested deeper than {YamlDepth.Deepest} levels; no {kind} needs that."));
                return null;
            }

            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1)
            {
                return Of(stream.Documents[0].RootNode, $"The {kind}", problems, new(StringComparer.Ordinal));
            }

            problems.Add(new(1, $"A {kind} file holds exactly one YAML document."));
        }
        catch (YamlException error)
        {
            problems.Add(new(new Mark(error.Start.Line, error.Start.Column), $"This is not YAML: {error.Message}"));
        }
        catch (DecoderFallbackException error)
        {
            problems.Add(new(1, $"This is not UTF-8: {error.Message}"));
        }

        return null;
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text that must be there; empty where it is not.</summary>
    public string Text(string name)
    {
        if (Find(name) is null)
        {
            Refuse($"{what} needs '{name}'.");
        }

        return TextOrNull(name) ?? "";
    }

    /// <summary>A text that must be there; two quotes with nothing between them are an empty one.</summary>
    public string TextOrEmpty(string name) =>
        Find(name) is YamlScalarNode { Value: "", Style: ScalarStyle.DoubleQuoted or ScalarStyle.SingleQuoted } ? "" : Text(name);

    public string? TextOrNull(string name) => Find(name) is { } node ? Scalar(node, name, "text") : null;

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
        && (node is YamlScalarNode word && bool.TryParse(word.Value, out var flag) ? flag : Wrong(node, name, "true or false", false));

    public YamlMapping? Mapping(string name) => Find(name) is { } node ? Of(node, $"'{name}'", problems, names) : null;

    public IEnumerable<YamlMapping> Mappings(string name) => Items(name).Select(item => Entry(item, name)).OfType<YamlMapping>();

    /// <summary>The texts of a list.</summary>
    /// <param name="form">What they must be, for the sentence where they are not.</param>
    public IReadOnlyList<YamlText> Texts(string name, string form = "a list of words") =>
        [
            .. Items(name)
                .Select(item => (Text: Scalar(item, name, form), item.Start.Line))
                .Where(item => item.Text is not null)
                .Select(item => new YamlText(item.Text!, item.Line)),
        ];

    /// <summary>The entries of a list, each a text or a mapping.</summary>
    public IEnumerable<(string? Text, YamlMapping? Mapping, long Line)> Entries(string name) =>
        Items(name)
            .Select(item =>
                item is YamlScalarNode
                    ? (Scalar(item, name, "a list of words"), (YamlMapping?)null, item.Start.Line)
                    : ((string?)null, Entry(item, name), item.Start.Line)
            );

    /// <summary>The pairs of a mapping of words to words, each with its line.</summary>
    public IReadOnlyList<(string Name, string Value, long Line)> Pairs(string name) =>
        Find(name) switch
        {
            null => [],
            YamlMappingNode pairs =>
            [
                .. pairs.Children.Select(pair =>
                    ((pair.Key as YamlScalarNode)?.Value ?? "", (pair.Value as YamlScalarNode)?.Value ?? "", pair.Key.Start.Line)
                ),
            ],
            var other => Wrong<(string, string, long)[]>(other, name, "a mapping of names to words", []),
        };

    /// <summary>All members, which must be texts, as the arguments of a call.</summary>
    public IReadOnlyDictionary<string, string> Scalars() =>
        mapping
            .Children.Keys.OfType<YamlScalarNode>()
            .Select(key => key.Value ?? "")
            .ToDictionary(name => name, Text, StringComparer.Ordinal);

    /// <summary>Tells every member that nobody asked for: a misspelt name must not be silently without effect.</summary>
    public void Finish()
    {
        foreach (var key in mapping.Children.Keys.Where(key => key is not YamlScalarNode { Value: { } name } || !_read.Contains(name)))
        {
            problems.Add(
                new(Place(key), $"{what} has no member '{key}'; it takes {string.Join(", ", _read.Order(StringComparer.Ordinal))}.")
            );
        }
    }

    /// <param name="name">The member whose value is wrong; null for the mapping itself.</param>
    public void Refuse(string text, string? name = null) => problems.Add(new(MarkOf(name), text));

    /// <summary>Where this member's value stands; the mapping itself when there is none.</summary>
    public Mark MarkOf(string? name) => name is not null && Find(name) is { } node ? Place(node) : At;

    private static YamlMapping? Of(YamlNode node, string what, List<YamlProblem> problems, Dictionary<string, string> names)
    {
        if (node is YamlMappingNode mapping)
        {
            return new YamlMapping(mapping, what, problems, names);
        }

        problems.Add(new(Place(node), $"{what} must be a mapping of names to values."));
        return null;
    }

    private YamlMapping? Entry(YamlNode node, string name) => Of(node, $"An entry of '{name}'", problems, names);

    private static Mark Place(YamlNode node) => new(node.Start.Line, node.Start.Column);

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

    private string? Scalar(YamlNode node, string name, string form) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : Wrong<string?>(node, name, form, null);

    private T Wrong<T>(YamlNode node, string name, string form, T instead)
    {
        problems.Add(new(Place(node), $"'{name}' must be {form}."));
        return instead;
    }
}

using YamlDotNet.Core;

namespace ImcBot.Yaml;

/// <summary>Guards what reads YAML against nesting that would take it all the stack there is.</summary>
internal static class YamlDepth
{
    /// <summary>No file that people write is nested deeper.</summary>
    public const int Deepest = 32;

    /// <summary>
    /// The line where a text is nested too deep; null when it is not. Throws <see cref="YamlException"/> for what is no YAML.
    /// </summary>
    public static long? LineTooDeep(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); )
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > Deepest)
            {
                return parser.Current.Start.Line;
            }
        }

        return null;
    }
}

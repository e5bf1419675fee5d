using System.Text.RegularExpressions;
using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Relay.Policy;

/// <summary>Reads the <c>commands:</c> of a policy file.</summary>
internal static partial class PolicyCommands
{
    private static readonly Dictionary<string, Trait> TraitWords = Enum.GetValues<Trait>()
        .Where(trait => trait != Trait.Unknown)
        .ToDictionary(trait => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(trait.ToString()), StringComparer.Ordinal);

    public static IReadOnlyList<PolicyCommand> Read(YamlMapping root, List<YamlProblem> problems)
    {
        List<PolicyCommand> commands = [];
        foreach (var node in root.Mappings("commands"))
        {
            var command = ReadCommand(node, problems);
            if (commands.Exists(other => other.Name == command.Name))
            {
                node.Refuse($"There are two commands '{command.Name}'.", "name");
            }

            commands.Add(command);
        }

        return commands;
    }

    /// <summary>What is wrong with the first element of a vector, as a sentence, or null.</summary>
    public static string? NoProgram(string program) =>
        Program().IsMatch(program)
            ? null
            : $"'{program}' must be the full path of a program; no script of a shell (.cmd, .bat) and no argument in it.";

    private static PolicyCommand ReadCommand(YamlMapping node, List<YamlProblem> problems)
    {
        var name = node.Text("name");
        if (name.Length > 0 && !Catalog.IsCommand(Catalog.CommandPrefix + name))
        {
            node.Refuse($"'{name}' cannot be a command's name; use small letters, digits and hyphens, at most 40.", "name");
        }

        var impact = node.Text("impact");
        if (impact.Length > 0 && PolicyFile.ImpactOf(impact) is null or Impact.Read)
        {
            node.Refuse(
                impact == "read" ? "A command acts; its impact is reversible, disruptive or destructive." : PolicyFile.NoImpact(impact),
                "impact"
            );
        }

        List<Argument> arguments = [.. node.Mappings("arguments").Select(ReadArgument)];
        var (run, plan, undo) = (Vector("run"), Vector("plan"), Vector("undo"));
        if (run is null)
        {
            node.Refuse("A command needs 'run': program and arguments, each an element of the list.");
        }

        if (impact == "reversible" && undo is null)
        {
            node.Refuse("A command that is called reversible needs 'undo'.", "impact");
        }

        var command = new PolicyCommand(
            name,
            node.Text("does"),
            PolicyFile.ImpactOf(impact) ?? Impact.Destructive,
            arguments,
            run ?? [],
            node.TextOrNull("if-abandoned") ?? "ends by itself or at its time limit",
            node.Number("seconds", 1, 3600, 60)
        )
        {
            Plan = plan,
            Undo = undo,
            UndoDoes = undo is null ? null : node.TextOrNull("undo-does") ?? "runs its undo command",
            Traits = ReadTraits(node, problems),
        };
        node.Finish();
        return command;

        IReadOnlyList<string>? Vector(string which)
        {
            var elements = node.Texts(which);
            if (elements.Count == 0)
            {
                return null;
            }

            if (NoProgram(elements[0].Text) is { } wrong)
            {
                problems.Add(new(elements[0].Line, wrong));
            }

            problems.AddRange(
                elements
                    .SelectMany(element => PolicyCommand.NamesIn([element.Text]), (element, slot) => (element.Line, slot))
                    .Where(used => arguments.TrueForAll(argument => argument.Name != used.slot))
                    .Select(used => new YamlProblem(used.Line, $"'{{{used.slot}}}' is no argument of this command."))
            );
            return [.. elements.Select(element => element.Text)];
        }
    }

    /// <summary>The words of <c>traits:</c>; null when there are none, for then nobody knows.</summary>
    private static List<Trait>? ReadTraits(YamlMapping node, List<YamlProblem> problems)
    {
        if (!node.Has("traits"))
        {
            return null;
        }

        List<Trait> traits = [];
        foreach (var (word, line) in node.Texts("traits"))
        {
            if (TraitWords.TryGetValue(word, out var trait))
            {
                traits.Add(trait);
            }
            else
            {
                problems.Add(
                    new(
                        line,
                        $"'{word}' is nothing that a command can be said to touch; use {string.Join(", ", TraitWords.Keys)}, or "
                            + "leave 'traits' out where it is not known."
                    )
                );
            }
        }

        return traits;
    }

    private static Argument ReadArgument(YamlMapping node)
    {
        var name = node.Text("name");
        if (name.Length > 0 && !ArgumentName().IsMatch(name))
        {
            node.Refuse($"'{name}' cannot be an argument's name; use small letters, digits and hyphens.", "name");
        }

        var word = node.Text("kind");
        if (
            !Enum.TryParse<ArgumentKind>(word, ignoreCase: true, out var kind)
            || kind == ArgumentKind.Unknown
            || !Enum.IsDefined(kind)
            || char.IsDigit(word[0])
        )
        {
            node.Refuse(
                $"'{word}' is no kind of argument; use text, path, pattern, number, size, duration, service, numbers or version.",
                "kind"
            );
        }

        node.Finish();
        return new Argument(name, kind);
    }

    /// <summary>Full path on Windows or Unix; scripts are run by a shell that reads their arguments again.</summary>
    [GeneratedRegex(@"^(?:[A-Za-z]:\\|/)[^{}""*?<>|]+(?<!\.(?:cmd|bat))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Program();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex ArgumentName();
}

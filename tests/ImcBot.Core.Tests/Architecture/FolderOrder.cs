using System.Text.RegularExpressions;
using ArchUnitNET.Loader;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>
/// The order of a project's folders, and what depends against it. A folder is the first part of a namespace below the project's.
/// </summary>
/// <param name="Root">The project's namespace; what stands in it composes and is not counted.</param>
/// <param name="Levels">The highest first; folders on one level, with commas between, know nothing of each other.</param>
internal sealed partial record FolderOrder(string Root, params string[] Levels)
{
    /// <summary>What the compiled code knows that it must not; every body is read, those of async methods and of lambdas too.</summary>
    public IEnumerable<string> Violations(ArchUnitNET.Domain.Architecture compiled) =>
        from type in compiled.Types
        from dependency in type.Dependencies
        let violation = Refuse(Folder(type.Namespace.FullName), Folder(dependency.Target.Namespace?.FullName ?? ""))
        where violation is not null
        select $"{type.FullName} knows {dependency.Target.FullName}: {violation}";

    /// <summary>What a file's text knows of constants: the compiler leaves nothing of where they came from.</summary>
    /// <param name="constants">Names of types with constants, each with the namespace and the constants it has.</param>
    public IEnumerable<string> Violations(string path, string text, ILookup<string, (string Namespace, string Constant)> constants)
    {
        var own = Namespace().Match(text).Groups[1].Value;
        return from use in Use().Matches(Comment().Replace(text, ""))
            from known in constants[use.Groups[1].Value]
            where
                known.Constant == use.Groups[2].Value && constants[use.Groups[1].Value].All(other => Folder(other.Namespace) != Folder(own))
            let violation = Refuse(Folder(own), Folder(known.Namespace))
            where violation is not null
            select $"{path} knows {use.Value}{known.Constant}: {violation}";
    }

    /// <summary>The types of some assemblies that declare constants, values of enums too.</summary>
    public static ILookup<string, (string Namespace, string Constant)> Constants(IEnumerable<System.Type> types) =>
        types
            .SelectMany(type =>
                type.GetFields(
                        System.Reflection.BindingFlags.Static
                            | System.Reflection.BindingFlags.Public
                            | System.Reflection.BindingFlags.NonPublic
                    )
                    .Where(field => field.IsLiteral)
                    .Select(field => (type.Name, Known: (type.Namespace ?? "", field.Name)))
            )
            .ToLookup(found => found.Name, found => found.Known, StringComparer.Ordinal);

    public static ArchUnitNET.Domain.Architecture Load(params System.Reflection.Assembly[] assemblies) =>
        new ArchLoader().LoadAssemblies(assemblies).Build();

    private string? Refuse(string? from, string? to)
    {
        if (from is null || to is null || from == to)
        {
            return null;
        }

        var (own, other) = (LevelOf(from), LevelOf(to));
        return own < 0 ? $"{from} has no place in the order of {Root}"
            : other < 0 ? $"{to} has no place in the order of {Root}"
            : other <= own ? $"{from} does not stand above {to}"
            : null;
    }

    private int LevelOf(string folder) => Array.FindIndex(Levels, level => level.Split(", ").Contains(folder));

    private string? Folder(string ns) => ns.StartsWith($"{Root}.", StringComparison.Ordinal) ? ns[(Root.Length + 1)..].Split('.')[0] : null;

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b([A-Z]\w+)\.(?=([A-Z]\w+)\b)")]
    private static partial Regex Use();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}

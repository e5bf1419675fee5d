namespace ImcBot.Testing;

/// <summary>
/// Inputs as they come in the field, from the sample data that may stand beside the project (<c>../shared/data/field</c>).
/// </summary>
internal static class Field
{
    /// <summary>Every file with this ending, below the folder, by its path from there; one empty name where the data is not here.</summary>
    public static IReadOnlyList<string> Files(string ending) =>
        Folder is null
            ? [""]
            :
            [
                .. Directory
                    .EnumerateFiles(Folder, "*" + ending, SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(Folder, file))
                    .Order(StringComparer.Ordinal),
            ];

    public static string PathOf(string file) =>
        Path.Combine(Folder ?? throw new InvalidOperationException("The sample data is not here."), file);

    private static string? Folder => Repository.Shared("data/field");
}

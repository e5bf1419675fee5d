namespace ImcBot.Testing;

/// <summary>Finds files of the checkout, and of the shared sample data that may stand beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>A folder of the shared sample data, or null where the project stands alone.</summary>
    public static string? Shared(string relative)
    {
        var path = System.IO.Path.Combine(Root, "..", "shared", relative);
        return System.IO.Path.Exists(path) ? System.IO.Path.GetFullPath(path) : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ImcBot.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must run below the folder of ImcBot.sln.");
    }
}

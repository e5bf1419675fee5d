namespace ImcBot.Lab.Postfix;

/// <summary>
/// One of several instances, as postmulti(1) keeps them. It takes the one whose settings lie in /etc/postfix for the primary, so there the
/// relay sees those of the second (in mounts of its own, <see cref="Prefix"/>); the folder of the machine stays as it is. Whoever asks
/// Postfix without saying which meets the second instance, and the first is found by its name alone.
/// </summary>
internal sealed class ManagedPostfix(IReadOnlyList<PostfixFolder> all, PostfixFolder own)
{
    private const string Usual = "/etc/postfix";

    /// <summary>What Debian's package has in that folder for every instance.</summary>
    private static readonly string[] Shared =
    [
        "postfix-files",
        "postfix-files.d",
        "dynamicmaps.cf",
        "dynamicmaps.cf.d",
        "main.cf.proto",
        "master.cf.proto",
        "post-install",
        "postfix-script",
    ];

    /// <summary>Its name; the primary has none, and its log says <c>postfix</c>.</summary>
    public string Name => IsPrimary ? "postfix" : $"postfix-{Path.GetFileName(own.Root)}";

    /// <summary>The unit that Debian would run it as.</summary>
    public string Unit => $"postfix@{(IsPrimary ? "-" : Name)}.service";

    /// <summary>What <c>postmulti -e init</c>, <c>import</c> and <c>enable</c> write into main.cf.</summary>
    public IEnumerable<string> Settings =>
        IsPrimary
            ?
            [
                "multi_instance_wrapper = ${command_directory}/postmulti -p --",
                "multi_instance_enable = yes",
                $"multi_instance_directories = {string.Join(' ', all.Where(other => other != Primary).Select(other => other.Settings))}",
            ]
            : [$"multi_instance_name = {Name}", "multi_instance_enable = yes"];

    private PostfixFolder Primary => all[1];

    private bool IsPrimary => own == Primary;

    /// <summary>What the command line of a program begins with that is to see these instances.</summary>
    public IReadOnlyList<string> Prefix =>
        ["unshare", "--mount", "--propagation", "slave", "sh", "-c", $"mount --bind \"$0\" {Usual} && exec \"$@\"", Primary.Settings];

    public void Install()
    {
        foreach (var file in IsPrimary ? Shared.SelectMany(FilesOf) : [])
        {
            var copy = Path.Combine(own.Settings, Path.GetRelativePath(Usual, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static IEnumerable<string> FilesOf(string name)
    {
        var path = Path.Combine(Usual, name);
        return File.Exists(path) ? [path]
            : Directory.Exists(path) ? Directory.EnumerateFiles(path)
            : [];
    }
}

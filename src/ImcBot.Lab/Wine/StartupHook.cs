using System.Reflection;
using System.Runtime.InteropServices;

/// <summary>
/// Loaded before the relay's own code: lets .NET use the stand-ins of this folder for what Wine does not have, the event log of advapi32
/// and the keys of ncrypt.
/// </summary>
internal static class StartupHook
{
    private static readonly (string Assembly, string Library, string? StandIn)[] StandIns =
    [
        ("System.Diagnostics.EventLog", "advapi32", Environment.GetEnvironmentVariable("IMCBOT_WINE_EVENTLOG")),
        ("System.Security.Cryptography", "ncrypt", Environment.GetEnvironmentVariable("IMCBOT_WINE_KEYSTORE")),
    ];

    public static void Initialize()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Redirect(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Redirect(assembly);
        }
    }

    private static void Redirect(Assembly assembly)
    {
        if (StandIns.FirstOrDefault(standIn => standIn.Assembly == assembly.GetName().Name) is { StandIn: { } path } found)
        {
            NativeLibrary.SetDllImportResolver(
                assembly,
                (name, _, _) => name.StartsWith(found.Library, StringComparison.OrdinalIgnoreCase) ? NativeLibrary.Load(path) : 0
            );
        }
    }
}

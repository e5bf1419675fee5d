using System.Runtime.InteropServices;

/// <summary>Loaded before the relay's own code: lets System.Diagnostics.EventLog read the stand-in of the event log instead of advapi32, which has none in Wine.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("IMCBOT_WINE_EVENTLOG") is not { } library)
        {
            return;
        }

        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
        {
            if (loaded.LoadedAssembly.GetName().Name == "System.Diagnostics.EventLog")
            {
                NativeLibrary.SetDllImportResolver(loaded.LoadedAssembly, (name, _, _) =>
                    name.StartsWith("advapi32", StringComparison.OrdinalIgnoreCase) ? NativeLibrary.Load(library) : 0);
            }
        };
    }
}

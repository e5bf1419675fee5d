using System.Diagnostics;
using ImcBot.EndToEnd.Tests.Room;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Export;

/// <summary>axe-core, from the packages that tests/accessibility locks. Tests that need it are skipped where npm is missing.</summary>
internal static class Axe
{
    private const string Look = """
        const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then(
            found => done(found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html.slice(0, 200)}: ${node.failureSummary}`))),
            failed => done([String(failed)]));
        """;

    public static IReadOnlyList<string> Violations(Browser browser)
    {
        browser.Run(File.ReadAllText(Script()));
        return [.. ((IEnumerable<object>)browser.RunLong(Look)!).Select(line => (string)line)];
    }

    private static string Script()
    {
        var folder = Repository.Path("tests/accessibility");
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script))
        {
            Install(folder);
        }

        Assert.SkipUnless(File.Exists(script), "axe-core is not here: 'npm ci' in tests/accessibility installs it.");
        return script;
    }

    private static void Install(string folder)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder });
            npm?.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No npm: the caller skips.
        }
    }
}

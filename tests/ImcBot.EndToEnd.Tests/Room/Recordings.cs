using System.Text.Json.Nodes;

namespace ImcBot.EndToEnd.Tests.Room;

/// <summary>The recorded activities beside the repository; tests that need them are skipped where they are not.</summary>
internal static class Recordings
{
    public static JsonObject Inbound(string kind) => Read("inbound.json").First(recorded => recorded["kind"]!.ToString() == kind);

    public static IReadOnlyList<JsonObject> Calls() => Read("connector-calls.json");

    private static List<JsonObject> Read(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImcBot.sln")))
        {
            folder = folder.Parent;
        }
        var path = Path.Combine(folder?.Parent?.FullName ?? "", "shared", "data", "activities", file);
        Assert.SkipUnless(File.Exists(path), $"The recorded activities ({file}) are not beside the repository.");
        return [.. JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(item => item!.AsObject())];
    }
}

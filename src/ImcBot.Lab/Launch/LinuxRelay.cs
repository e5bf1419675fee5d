using System.Text.Json;

namespace ImcBot.Lab.Launch;

/// <summary>What the settings and the policy of every practice relay for Linux have in common.</summary>
internal static class LinuxRelay
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Host => Environment.MachineName.ToUpperInvariant();

    /// <summary>The relay's settings for these subjects; a practice server is quick, so it is waited for in seconds.</summary>
    public static string Settings(IEnumerable<object> subjects) =>
        JsonSerializer.Serialize(
            new
            {
                Host = new { Driver = "linux" },
                Subjects = subjects,
                Profile = new
                {
                    WatchSeconds = 3,
                    SettleSeconds = 4,
                    StopSeconds = 15,
                    StartSeconds = 15,
                    OutageSeconds = 3,
                },
            },
            Form
        );

    /// <summary>A text as a word of YAML.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

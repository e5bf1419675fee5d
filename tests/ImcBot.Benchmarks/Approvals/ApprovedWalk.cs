namespace ImcBot.Benchmarks.Approvals;

/// <summary>
/// A walk that asks for one approval after another: each step finds something, and its remedy is a command that ends at once.
/// </summary>
internal static class ApprovedWalk
{
    /// <summary>Approvals of one incident.</summary>
    public const int Steps = 6;

    public const string Policy = """
        highest-impact: disruptive
        folders: ['D:\Exchsrvr\Imcdata']
        services: [MSExchangeIMC]
        starts-per-hour: 60
        commands:
          - { name: nothing, does: Do nothing, impact: disruptive, traits: [], run: [/bin/true], if-abandoned: nothing }
        """;

    public static string Runbook =>
        $$"""
            id: APPROVALS
            title: A walk of approvals
            service: MSExchangeIMC
            opens-on:
              - manual: true
            verify:
              - { use: service.running, with: { service: MSExchangeIMC } }
              - { use: disk.free, with: { path: "${imcdata}", at-least: 900000GB } }
            steps:
            {{string.Concat(Enumerable.Range(1, Steps).Select(Step))}}
            """;

    private static string Step(int number) =>
        $$"""
              - id: step-{{number}}
                name: Step {{number}}
                kb: none, this walk measures
                check: { use: disk.free, with: { path: "${imcdata}", at-least: 900000GB } }
                remedies:
                  - { name: nothing, use: command.nothing, does: Do nothing, approval: { role: on-call } }

            """;

    /// <summary>Writes the runbook into a folder and the policy into the relay's.</summary>
    public static void Write(string runbooks, string relay)
    {
        Directory.CreateDirectory(runbooks);
        File.WriteAllText(Path.Combine(runbooks, "APPROVALS.yaml"), Runbook);
        Directory.CreateDirectory(relay);
        var policy = Path.Combine(relay, "policy.yaml");
        File.WriteAllText(policy, Policy);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}

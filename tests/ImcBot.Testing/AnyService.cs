using System.Text;
using ImcBot.Contracts;

namespace ImcBot.Testing;

/// <summary>A runbook about whatever service its subject names.</summary>
internal static class AnyService
{
    public const string Id = "any-service";

    public const string Text = """
        id: any-service
        title: ${service} does not run
        service: ${service}
        parameters:
          - { name: port, default: 80, description: The port on which it answers }
        opens-on:
          - eventlog: { log: Application, source: "${service}", ids: [7001], told: [7002] }
          - { service: down, for: 60s }
          - manual: true
        verify:
          - { use: service.running, with: { service: "${service}" } }
          - { use: port.answers, with: { port: "${port}" } }
        steps:
          - id: disk
            name: Disk
            kb: manual page 1
            check: { use: disk.free, with: { path: "C:\\", at-least: 1MB } }
            remedies:
              - name: restart
                use: service.restart
                with: { service: "${service}" }
                does: Restart ${service}
                approval: { role: on-call }
        """;

    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);

    public static Subject Named(string name, string service, params (string Name, string Value)[] parameters) =>
        new(name, Id, service, Parameters: parameters.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}

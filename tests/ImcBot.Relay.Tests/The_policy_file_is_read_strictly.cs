using System.Text;
using ImcBot.Contracts;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The policy file is read strictly: one bad line refuses it, with the line.</summary>
public sealed class The_policy_file_is_read_strictly
{
    private const string Good = """
        highest-impact: disruptive
        shadow: true
        off: [imcdata.move]
        impact:
          service.restart: destructive
        folders: ["${temp}"]
        services: [MSExchangeIMC]
        registry:
          - { key: HKLM\SOFTWARE\X, value: "Max*" }
        starts-per-hour: 3
        store-crashes-per-incident: 2
        commands:
          - name: nudge
            does: Nudge a service
            impact: reversible
            arguments: [{ name: service, kind: service }]
            run: [/bin/nudge, "{service}"]
            plan: [/bin/nudge, --show, "{service}"]
            undo: [/bin/nudge, --back, "{service}"]
            undo-does: nudges it back
            if-abandoned: stays nudged
            traits: [stops-service, starts-service]
            seconds: 5
        """;

    public static TheoryData<string, string, int, string> Mistakes =>
        new()
        {
            { "shadow: true", "shadwo: true", 2, "has no member 'shadwo'" },
            { "shadow: true", "shadow: perhaps", 2, "true or false" },
            { "shadow: true", "shadow: [true]", 2, "true or false" },
            { "highest-impact: disruptive", "highest-impact: everything", 1, "'everything' is no impact" },
            { "highest-impact: disruptive", "highest-impact: 4", 1, "'4' is no impact" },
            { "highest-impact: disruptive\n", "", 1, "needs 'highest-impact'" },
            { "off: [imcdata.move]", "off: imcdata.move", 3, "must be a list" },
            { "off: [imcdata.move]", "off: [imcdata.mvoe]", 3, "'imcdata.mvoe' is no action" },
            { "off: [imcdata.move]", "off: [disk.free]", 3, "'disk.free' is no action" },
            { "service.restart: destructive", "service.restart: reversible", 5, "may only raise" },
            { "service.restart: destructive", "service.rest: destructive", 5, "'service.rest' is no action" },
            { "\"${temp}\"", "\"${temp}\\\\..\\\\x\"", 6, "climbs" },
            { "\"${temp}\"", "'\\\\server\\share'", 6, "network and device paths" },
            { "\"${temp}\"", "temp", 6, "no full path" },
            { "[MSExchangeIMC]", "[\"a/b\"]", 7, "not the short name of a service" },
            { @"HKLM\SOFTWARE\X", @"HKCU\SOFTWARE\X", 9, "one key of HKLM" },
            { "value: \"Max*\"", "name: Max", 9, "needs 'value'" },
            { "starts-per-hour: 3", "starts-per-hour: many", 10, "a whole number from 0 to 60" },
            { "starts-per-hour: 3", "starts-per-hour: -1", 10, "a whole number from 0 to 60" },
            { "store-crashes-per-incident: 2", "store-crashes-per-incident: 0", 11, "a whole number from 1 to 60" },
            { "name: nudge", "name: Nudge It", 13, "cannot be a command's name" },
            { "    does: Nudge a service\n", "", 13, "needs 'does'" },
            { "impact: reversible", "impact: read", 15, "A command acts" },
            { "    undo: [/bin/nudge, --back, \"{service}\"]\n", "", 15, "needs 'undo'" },
            { "kind: service", "kind: program", 16, "no kind of argument" },
            { "kind: service", "kind: 3", 16, "no kind of argument" },
            { "run: [/bin/nudge", "run: [nudge", 17, "full path of a program" },
            { "run: [/bin/nudge", "run: ['C:\\nudge.cmd'", 17, "no script of a shell" },
            { "run: [/bin/nudge", "run: [\"/bin/{service}\"", 17, "full path of a program" },
            { "run: [/bin/nudge, \"{service}\"]", "run: [/bin/nudge, \"{server}\"]", 17, "'{server}' is no argument" },
            { "run: [/bin/nudge, \"{service}\"]", "run: /bin/nudge {service}", 17, "must be a list" },
            { "seconds: 5", "seconds: 5\n    shell: true", 24, "has no member 'shell'" },
            {
                "[stops-service, starts-service]",
                "[stops-services]",
                22,
                "'stops-services' is nothing that a command can be said to touch; use items, files, deletes"
            },
            { "[stops-service, starts-service]", "[unknown]", 22, "leave 'traits' out where it is not known" },
            { "seconds: 5", "seconds: 86400", 23, "a whole number from 1 to 3600" },
            { "seconds: 5", "seconds: 5\nshadow: false", 24, "not YAML" },
        };

    [Fact]
    public void Everything_in_it_is_read()
    {
        var policy = Read(Good);

        Assert.Equal((Impact.Disruptive, true, 3, 2), (policy.Highest, policy.Shadow, policy.StartsPerHour, policy.CrashesPerIncident));
        Assert.Equal(["imcdata.move"], policy.Off);
        Assert.Equal(Impact.Destructive, policy.Catalog["service.restart"].Impact);
        Assert.Equal(
            ["/bin/nudge", "Spooler; rm"],
            PolicyCommand.Fill(policy.Commands[0].Run, Call.To("command.nudge", ("service", "Spooler; rm")))
        );
        Assert.Equal("nudges it back", policy.Catalog["command.nudge"].Undo);
        Assert.True(policy.Values[0].Allows(new(@"hklm\software\x", "max threads")));
        Assert.False(policy.Values[0].Allows(new(@"HKLM\SOFTWARE\X", "Min")));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_refuses_the_file_at_its_line(string right, string wrong, int line, string reason)
    {
        Assert.Contains(right, Good);
        var refused = Assert.Throws<PolicyException>(() => Read(Good.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains(refused.Problems, problem => problem.Line == line && problem.Text.Contains(reason, StringComparison.Ordinal));
        Assert.StartsWith("policy.yaml(", refused.Message);
    }

    [Fact]
    public void The_table_has_thirty_six_mistakes() => Assert.Equal(36, Mistakes.Count);

    [Fact]
    public void Without_a_file_the_relay_only_reads()
    {
        var policy = PolicyFile.ReadOrReadOnly(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")), PathGrammar.Windows);

        Assert.Equal((Impact.Read, (string?)null), (policy.Highest, policy.Digest));
        Assert.Equal(new PolicyNotice(null, Impact.Read, false, []).Digest, policy.Notice.Digest);
    }

    [Fact]
    public void A_file_that_others_may_write_is_no_policy()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are a matter of Unix.");
        }
        else
        {
            var path = Path.Combine(Directory.CreateTempSubdirectory("imcbot-policy-").FullName, "policy.yaml");
            File.WriteAllText(path, Good);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);

            var refused = Assert.Throws<PolicyException>(() => PolicyFile.ReadOrReadOnly(path, PathGrammar.Windows));
            Assert.Contains("chmod go-w", refused.Message);
        }
    }

    [Theory]
    [InlineData("policy.sample.yaml", 0)]
    [InlineData("practice.policy.yaml", 0)]
    [InlineData("relay.sample.json", 1)]
    [InlineData("missing.yaml", 1)]
    public async Task The_check_command_tells_by_its_exit_code_whether_a_file_is_taken(string file, int code)
    {
        Assert.Equal(
            code,
            await RelayCommand
                .Create()
                .Parse(["policy", "check", Repository.Path($"manifests/relay/{file}"), "--json"])
                .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)
        );
    }

    private static RelayPolicy Read(string text) => PolicyFile.Read(Encoding.UTF8.GetBytes(text), "policy.yaml", PathGrammar.Windows);
}

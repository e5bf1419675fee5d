using ImcBot.Contracts;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Session;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class Settings_are_told_all_errors_at_once : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-options-").FullName;

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var errors = Assert
            .Throws<OptionsException>(() =>
                Read(
                    ("host:driver", "vms"),
                    ("host:url", "nowhere"),
                    ("profile:watchSeconds", "soon"),
                    ("profile:stopSeconds", "0"),
                    ("highestImpact", "read")
                )
            )
            .Errors;

        Assert.Equal(
            [
                "host:driver: 'vms' is not known; use windows, linux or lab.",
                "host:url: 'nowhere' is not the address of a practice server; set --host-url http://127.0.0.1:PORT or "
                    + "IMCBOT_RELAY__HOST__URL.",
                "profile:watchSeconds: 'soon' is not a whole number of seconds from 1 to 3600.",
                "profile:stopSeconds: '0' is not a whole number of seconds from 1 to 3600.",
                $"highestImpact: this has moved into the policy file, {Path.Combine(_folder, "policy.yaml")}, as highest-impact.",
            ],
            errors
        );
    }

    [Fact]
    public void The_sample_for_linux_is_taken_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The driver linux works on Linux only.");
        File.Copy(Repository.Path("manifests/relay/relay.linux.sample.json"), Path.Combine(_folder, "relay.json"));
        var options = Read();

        Assert.Equal(("linux", "nginx.service", 15), (options.Driver, options.Subjects!.Single().Service, options.Profile.WatchSeconds));
        Assert.Equal(Read(("profile:watchSeconds", "15")).Profile, options.Profile);
        Assert.Contains("leave the name out", Assert.Throws<OptionsException>(() => Read(("host:name", "WEB01"))).Message);
    }

    [Fact]
    public void Subjects_are_read_and_every_error_in_them_is_told_at_once()
    {
        File.WriteAllText(
            Path.Combine(_folder, "relay.json"),
            """{"subjects":[{"name":"web","runbook":"service-down","service":"nginx.service","url":"http://127.0.0.1/","parameters":{"port":"8080"}},{"name":"mail","runbook":"Q317653"}]}"""
        );
        var read = Read(("host:url", "http://127.0.0.1:1")).Subjects!;
        Assert.Equal(
            [("web", "service-down", "nginx.service", "8080"), ("mail", "Q317653", null, null)],
            read.Select(one => (one.Name, one.Runbook, one.Service, one.Parameters!.GetValueOrDefault("port")))
        );

        var errors = Assert
            .Throws<OptionsException>(() =>
                Read(
                    ("host:url", "http://127.0.0.1:1"),
                    ("subjects:0:name", "the web"),
                    ("subjects:0:url", "nowhere"),
                    ("subjects:1:name", "MAIL"),
                    ("subjects:1:runbook", ""),
                    ("subjects:2:name", "mail"),
                    ("subjects:2:runbook", "x"),
                    ("subjects:2:service", "a/b"),
                    ("subjects:2:unit", "x")
                )
            )
            .Errors;

        Assert.Equal(
            [
                "subjects:0:name: 'the web' cannot be typed as one word; use 1 to 40 letters, digits and . _ - @.",
                "subjects:0:url: 'nowhere' is no address; write it like http://127.0.0.1:8080/health.",
                "subjects:1:runbook: it is missing; set it to the id of a runbook of the bot, such as Q317653.",
                "subjects:2:unit: there is no such setting; a subject takes name, runbook, service, url, parameters.",
                "subjects:2:service: 'a/b' is not the name of a service; write it like MSExchangeIMC or nginx.service.",
                "subjects: 2 of them are called 'MAIL'; people say 'open HOST MAIL', so give each a name of its own.",
            ],
            errors
        );
    }

    [Fact]
    public void Without_any_setting_it_is_said_what_to_set() =>
        Assert.StartsWith(
            "No server is named: set --host-url",
            Assert.Single(Assert.Throws<OptionsException>(() => Read()).Errors),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_folder_that_the_relay_makes_only_its_user_may_enter()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows folders take their rights from above.");
        var made = Path.Combine(_folder, "made");

        RelayOptions.Read(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["data"] = made, ["host:url"] = "http://127.0.0.1:8099" }
        );

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(made)
        );
    }

    [Fact]
    public void Times_of_the_practice_server_are_the_standard()
    {
        var options = Read(("host:url", "http://127.0.0.1:8099"));

        Assert.Equal((2, Impact.Read), (options.Profile.WatchSeconds, options.Policy.Highest));
    }

    [Fact]
    public void A_file_in_the_data_folder_is_read_and_the_command_line_wins_over_it()
    {
        File.WriteAllText(
            Path.Combine(_folder, "relay.json"),
            """{"host":{"url":"http://127.0.0.1:1"},"profile":{"watchSeconds":120},"policy":"elsewhere.yaml"}"""
        );

        var options = Read(("host:url", "http://127.0.0.1:2"));

        Assert.Equal(("http://127.0.0.1:2/", 120), (options.HostUrl!.ToString(), options.Profile.WatchSeconds));
    }

    [Fact]
    public void The_relays_key_is_made_once_and_only_its_user_may_read_it()
    {
        var path = Path.Combine(_folder, "relay.key");
        using var first = RelayKey.Open(path);
        using var second = RelayKey.Open(path);

        Assert.Equal(first.PublicKey, second.PublicKey);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are a matter of Unix.");
        }
        else
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void An_enrolment_survives_being_written_and_a_missing_one_is_no_error()
    {
        var path = Path.Combine(_folder, "membership.json");
        Assert.Null(Membership.Read(path));
        var membership = new Membership("http://127.0.0.1:1", "exch01-abc", "EXCH01", """{"keys":[]}""");

        membership.Write(path);

        Assert.Equal(membership, Membership.Read(path));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_name_a_server_is_asked_what_it_may_have_and_how_the_services_of_its_policy_are()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The driver for Linux works on Linux only.");
        var policy = Path.Combine(_folder, "policy.yaml");
        File.WriteAllText(policy, "highest-impact: read\nservices: [balancer.service]\n");
        UnixModes.Set(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var linux = CheckCommand.All(Read(("host:driver", "linux")));
        var windows = CheckCommand.All(Read(("host:url", "http://127.0.0.1:8099")));

        Assert.Equal(["service.running", "service.wanted", "service.why"], linux.Select(call => call.Use));
        Assert.All(linux, call => Assert.Equal("balancer.service", call.With["service"]));
        Assert.Contains(windows, call => call.Use == "spool.moving");
    }

    private RelayOptions Read(params (string Key, string Value)[] settings) =>
        RelayOptions.Read(
            settings.Append(("data", _folder)).ToDictionary(pair => pair.Item1, pair => (string?)pair.Item2, StringComparer.Ordinal)
        );
}

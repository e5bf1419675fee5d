using ImcBot.Contracts;
using ImcBot.Relay.Session;
using Xunit;

namespace ImcBot.Relay.Tests;

public sealed class OptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imcbot-options-").FullName;

    [Fact]
    public void Every_error_is_told_at_once()
    {
        var errors = Assert.Throws<OptionsException>(() => Read(
            ("host:driver", "vms"), ("host:url", "nowhere"), ("profile:watchSeconds", "soon"), ("profile:stopSeconds", "0"), ("highestImpact", "read"))).Errors;

        Assert.Equal(
            [
                "host:driver: 'vms' is not known; use windows or lab.",
                "host:url: 'nowhere' is not the address of a practice server; set --host-url http://127.0.0.1:PORT or IMCBOT_RELAY__HOST__URL.",
                "profile:watchSeconds: 'soon' is not a whole number of seconds from 1 to 3600.",
                "profile:stopSeconds: '0' is not a whole number of seconds from 1 to 3600.",
                $"highestImpact: this has moved into the policy file, {Path.Combine(_folder, "policy.yaml")}, as highest-impact.",
            ], errors);
    }

    [Fact]
    public void Without_any_setting_it_is_said_what_to_set() =>
        Assert.StartsWith("No server is named: set --host-url", Assert.Single(Assert.Throws<OptionsException>(() => Read()).Errors), StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_the_relay_makes_only_its_user_may_enter()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows folders take their rights from above.");
        var made = Path.Combine(_folder, "made");

        RelayOptions.Read(new Dictionary<string, string?>(StringComparer.Ordinal) { ["data"] = made, ["host:url"] = "http://127.0.0.1:8099" });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(made));
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
        File.WriteAllText(Path.Combine(_folder, "relay.json"), """{"host":{"url":"http://127.0.0.1:1"},"profile":{"watchSeconds":120},"policy":"elsewhere.yaml"}""");

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

    private RelayOptions Read(params (string Key, string Value)[] settings) =>
        RelayOptions.Read(settings.Append(("data", _folder)).ToDictionary(pair => pair.Item1, pair => (string?)pair.Item2, StringComparer.Ordinal));
}

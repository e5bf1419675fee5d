using System.Text;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>The services of a policy file: a name alone, or with what a server without a service manager needs.</summary>
public sealed class The_policy_describes_services
{
    [Fact]
    public void A_name_alone_and_a_service_with_its_vectors_are_read()
    {
        var policy = Read(
            """
            highest-impact: disruptive
            services:
              - nginx.service
              - name: web
                display: Web server
                start: [/usr/sbin/nginx, -c, /srv/nginx.conf]
                stop: [/usr/sbin/nginx, -s, quit]
                reload: [/usr/sbin/nginx, -s, reload]
                check: [/usr/sbin/nginx, -t]
                settings: /srv/etc
                pid-file: /srv/nginx.pid
                log: /srv/error.log
                disabled-by: /srv/disabled
                needs: [nginx.service]
                seconds: 5
                kill-after: 10
            """
        );

        Assert.Equal(["nginx.service", "web"], policy.Services);
        var web = policy.Described[1];
        Assert.Equal(["/usr/sbin/nginx", "-c", "/srv/nginx.conf"], web.Start);
        Assert.Equal(
            ("Web server", "/srv/nginx.pid", "/srv/error.log", "/srv/disabled", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)),
            (web.Display, web.PidFile, web.Log, web.DisabledBy, web.Limit, web.KillAfter)
        );
        Assert.Equal("/srv/etc", web.Settings);
        Assert.Equal((true, false, "nginx.service"), (web.IsOwn, policy.Described[0].IsOwn, web.Needs.Single()));
    }

    [Theory]
    [InlineData("{ name: web, start: [/bin/web] }", "'stop' too, and 'pid-file' or 'status'")]
    [InlineData("{ name: web, start: [/bin/web], stop: [/bin/web] }", "'pid-file' or 'status'")]
    [InlineData("{ name: nginx.service, reload: [/bin/web] }", "nginx.service has 'reload', so it needs 'start' too")]
    [InlineData("{ name: web, start: [web], stop: [/bin/web], pid-file: /run/web.pid }", "'web' must be the full path of a program")]
    [InlineData("{ name: web, log: var/log/web }", "'var/log/web' is no full path of the server")]
    [InlineData("{ name: web, log: /var/../etc/shadow }", "climbs")]
    [InlineData("{ name: web, restart: [/bin/web] }", "has no member 'restart'")]
    [InlineData("{ name: a/b }", "is not the short name of a service")]
    [InlineData("{ check: [/bin/web] }", "needs 'name'")]
    public void What_cannot_be_meant_refuses_the_file(string entry, string said)
    {
        var problem = Assert.Throws<PolicyException>(() => Read($"highest-impact: disruptive\nservices: [{entry}]")).Message;

        Assert.Contains(said, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void One_name_stands_for_one_service() =>
        Assert.Contains(
            "There are two services 'NGINX'",
            Assert.Throws<PolicyException>(() => Read("highest-impact: read\nservices: [nginx, NGINX]")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_relay_of_a_windows_server_takes_names_alone() =>
        Assert.Contains(
            "driver linux",
            Assert
                .Throws<PolicyException>(() =>
                    PolicyFile.Read(
                        Encoding.UTF8.GetBytes("highest-impact: read\nservices: [{ name: W3SVC, check: ['C:\\web.exe'] }]"),
                        "policy.yaml",
                        PathGrammar.Windows
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_sample_for_linux_is_taken_with_and_without_what_stands_there_as_a_comment()
    {
        var sample = File.ReadAllText(Repository.Path("manifests/relay/linux.policy.sample.yaml"));
        var policy = Read(sample);
        var example = sample.IndexOf("#  - name", StringComparison.Ordinal);
        var vectors = Read(sample[..example] + sample[example..].Replace("#  ", "  ", StringComparison.Ordinal));

        Assert.Equal(["nginx.service"], policy.Services);
        Assert.Equal(["/usr/sbin/nginx", "-t", "-q"], policy.Described.Single().Check);
        Assert.Equal(["nginx.service", "web"], vectors.Services);
        Assert.True(vectors.Described[1].IsOwn);
    }

    private static RelayPolicy Read(string text) => PolicyFile.Read(Encoding.UTF8.GetBytes(text), "policy.yaml", PathGrammar.Unix);
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Tests.Commands;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed partial class What_monitors_mean
{
    public static TheoryData<string> OfTheField => [.. Field.Files(".expect.json")];

    [Theory, MemberData(nameof(OfTheField))]
    public async Task As_the_field_sends_it(string file)
    {
        Assert.SkipWhen(file.Length == 0, "The sample data of the field is not here (../shared/data/field).");
        var path = Field.PathOf(file);
        var expected = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).RootElement;
        var body = path.Replace(".expect.json", ".json", StringComparison.Ordinal);

        var read = await CommandLine.JsonAsync(
            "alert",
            "read",
            File.Exists(body) ? body : Path.ChangeExtension(body, ".form"),
            "--source",
            expected.GetProperty("source").GetString()!
        );

        Assert.All(new[] { "opens", "over", "ignored" }, part => Assert.Equal(expected.Strings(part), read.Strings(part)));
        Assert.Equal(expected.Strings("refused").Select(FirstWord), read.Strings("refused").Select(FirstWord));
        Assert.Equal(
            expected.TryGetProperty("text", out var text) ? text.GetString() : read.GetProperty("text").GetString(),
            read.GetProperty("text").GetString()
        );
    }

    [Theory]
    [InlineData("resolved", AlertState.Over)]
    [InlineData(" Recovery ", AlertState.Over)]
    [InlineData("oK", AlertState.Over)]
    [InlineData("UP", AlertState.Over)]
    [InlineData("0", AlertState.Over)]
    [InlineData("Inactive", AlertState.Over)]
    [InlineData("Up (was: Down)", AlertState.Over)]
    [InlineData("Down ended (now: Up)", AlertState.Over)]
    [InlineData("Resolved.", AlertState.Over)]
    [InlineData("\"OK\"", AlertState.Over)]
    [InlineData("\u2705 Up\u200b", AlertState.Over)]
    [InlineData("\U0001F7E2 UP", AlertState.Over)]
    [InlineData("RECOVERY - smtp answers", AlertState.Over)]
    [InlineData("OK: smtp answers", AlertState.Over)]
    [InlineData("acked", AlertState.Ignored)]
    [InlineData("[ACK] olu", AlertState.Ignored)]
    [InlineData("In downtime", AlertState.Ignored)]
    [InlineData("SCHEDULED MAINTENANCE", AlertState.Ignored)]
    [InlineData("flap-stop", AlertState.Ignored)]
    [InlineData("FLAPPING_START", AlertState.Ignored)]
    [InlineData("Acknowledgement", AlertState.Ignored)]
    [InlineData("acknowledged", AlertState.Ignored)]
    [InlineData("Down (Acknowledged)", AlertState.Ignored)]
    [InlineData("DowntimeStart", AlertState.Ignored)]
    [InlineData("DOWNTIMECANCELLED", AlertState.Ignored)]
    [InlineData("FLAPPINGSTOP", AlertState.Ignored)]
    [InlineData("Paused by user", AlertState.Ignored)]
    [InlineData("Down ended (now: Paused)", AlertState.Ignored)]
    [InlineData("Warning ended (now: Down (Acknowledged))", AlertState.Ignored)]
    [InlineData("Up (was: Down (Acknowledged))", AlertState.Over)]
    [InlineData("Warning ended", AlertState.Over)]
    [InlineData("Down (Partial) ended", AlertState.Over)]
    [InlineData("Warning ended (now: Down)", AlertState.Firing)]
    [InlineData("Unusual ended (now: Warning)", AlertState.Firing)]
    [InlineData("Down ended (now: Unknown)", AlertState.Firing)]
    [InlineData("Up ended (NOW: Down (was: Up))", AlertState.Firing)]
    [InlineData("Down (was: Down (Acknowledged))", AlertState.Firing)]
    [InlineData("Down (before: Paused)", AlertState.Firing)]
    [InlineData("CRITICAL: the session ended", AlertState.Firing)]
    [InlineData("CRITICAL - 5 mails (acknowledged by nobody)", AlertState.Firing)]
    [InlineData("PROBLEM", AlertState.Firing)]
    [InlineData("Down", AlertState.Firing)]
    [InlineData("1", AlertState.Firing)]
    [InlineData("CRITICAL", AlertState.Firing)]
    [InlineData("not ok", AlertState.Firing)]
    [InlineData("0.5", AlertState.Firing)]
    [InlineData("no downtime", AlertState.Firing)]
    [InlineData("Up/down", AlertState.Firing)]
    [InlineData("\u274c", AlertState.Firing)]
    [InlineData("Up and down", AlertState.Firing)]
    [InlineData("", AlertState.Firing)]
    [InlineData(null, AlertState.Firing)]
    public void A_word_of_status_is_read_in_any_case_and_what_nobody_foresaw_fires(string? word, object state) =>
        Assert.Equal((AlertState)state, StatusWords.Read(word));

    [Theory]
    [InlineData("exch01.example.org", "exch01.example.org")]
    [InlineData("exch01.example.org:9182", "exch01.example.org")]
    [InlineData("exch01.example.org.", "exch01.example.org")]
    [InlineData("smtp://user@mail.example.org:25/", "mail.example.org")]
    [InlineData("https://owa.example.org:8443/owa/healthcheck.htm?x=1", "owa.example.org")]
    [InlineData("mail.example.org/metrics", "mail.example.org")]
    [InlineData("[2001:db8::25]:9182", "2001:db8::25")]
    [InlineData("smtp://[2001:db8::26]", "2001:db8::26")]
    [InlineData("2001:db8::27", "2001:db8::27")]
    [InlineData("10.0.0.9:9116", "10.0.0.9")]
    [InlineData(@"\\EXCH01\share", "EXCH01")]
    [InlineData("  ", "")]
    [InlineData("://", "")]
    [InlineData("[", "")]
    public void A_host_stands_without_scheme_brackets_port_and_path(string label, string host) => Assert.Equal(host, HostName.Of(label));

    [Theory]
    [InlineData("""{"alerts":[{"labels":{"host":"","hostname":"b","instance":"c:1"}}]}""", "", "b")]
    [InlineData("""{"alerts":[{"labels":{"server":"a","host":"b"}}]}""", "server", "a")]
    [InlineData("""{"alerts":[{"labels":{"host":"b"}}]}""", "server", "b")]
    [InlineData("""{"alerts":[null,7,{"labels":{"instance":"a:1"}},{"labels":{"host":7}}]}""", "", "a,7")]
    [InlineData("""{"host":"b","device":"https://a/"}""", "device", "a")]
    [InlineData("device=a&host=b", "device", "a")]
    [InlineData(
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"configurationItems":["logs"],"alertTargetIDs":["/x/microsoft.operationalinsights/workspaces/logs"]},"alertContext":{"condition":{"allOf":[{"dimensions":[{"name":"computer","value":"a"}]}]}}}}""",
        "",
        "a"
    )]
    [InlineData(
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"configurationItems":["b"]},"alertContext":{"Dimensions":[{"name":"Server","value":"a"}]}}}""",
        "server",
        "a"
    )]
    [InlineData(
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"configurationItems":[""," ",null],"alertTargetIDs":["/x/a/","/x/b"]}}}""",
        "",
        "a,b"
    )]
    public void Hosts_are_found_where_sources_name_them(string body, string label, string hosts) =>
        Assert.Equal(hosts, string.Join(',', AlertReader.Read(Encoding.UTF8.GetBytes(body), label).Alerts.Select(alert => alert.Host)));

    [Theory]
    [InlineData("""{"schemaId":"AzureMonitorMetricAlert","data":{"context":{"resourceName":"exch01"}}}""", "common alert schema")]
    [InlineData("""{"status":"Activated","data":{"context":{}}}""", "common alert schema")]
    [InlineData("""{"alerts":[{"labels":{"host":"a"}}],"truncatedAlerts":3}""", "left out 3 more")]
    [InlineData("[]", "no JSON object")]
    [InlineData("text=without", "no field 'host'")]
    public void What_is_refused_says_why(string body, string sentence) =>
        Assert.Contains(sentence, Assert.Single(AlertReader.Read(Encoding.UTF8.GetBytes(body), "").Refused), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"host\":\"a\",\"text\":\"\u00fcber\"}", "\ufffdber")]
    [InlineData("host=a&text=%FCber", "\ufffdber")]
    [InlineData("host=a&text=%C3%BCber+100%25", "\u00fcber 100%")]
    public void A_byte_that_is_no_text_becomes_a_mark_and_the_rest_is_kept(string body, string text) =>
        Assert.Equal(text, Assert.Single(AlertReader.Read(Encoding.Latin1.GetBytes(body), "").Alerts).Text);

    /// <summary>The samples of the operator's text, with what each system puts in place of its macros.</summary>
    [Theory]
    [InlineData("Zabbix", "{HOST.HOST}=EXCH01;{EVENT.NAME}=SMTP is down", "{EVENT.STATUS}", "PROBLEM", "RESOLVED")]
    [InlineData(
        "Nagios",
        "$HOSTNAME$=EXCH01;$SERVICEDESC$=SMTP;$SERVICEOUTPUT$=CRITICAL - refused & lost",
        "$NOTIFICATIONTYPE$",
        "PROBLEM",
        "RECOVERY"
    )]
    [InlineData(
        "Icinga",
        "$host.name$=EXCH01;$service.name$=smtp;$service.output$=CRITICAL + 5%",
        "$notification.type$",
        "PROBLEM",
        "RECOVERY"
    )]
    [InlineData(
        "Checkmk",
        "$NOTIFY_HOSTNAME=EXCH01;$NOTIFY_SERVICEDESC=SMTP;$NOTIFY_SERVICEOUTPUT=CRIT;$NOTIFY_HOSTOUTPUT=",
        "$NOTIFY_NOTIFICATIONTYPE",
        "PROBLEM",
        "RECOVERY"
    )]
    [InlineData("PRTG", "%host=exch01.example.org;%device=EXCH01;%name=SMTP;%message=refused", "%status", "Down", "Up")]
    public void The_samples_of_the_operators_text_open_and_end(string system, string macros, string status, string firing, string over)
    {
        var sample = SampleOf(system);
        var fields = SampleField().Matches(sample).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value)).ToArray();
        Assert.Equal(["host", "text", "status"], fields.Select(field => field.Item1));

        Assert.Equal(AlertState.Firing, Sent(firing).State);
        Assert.Equal(AlertState.Over, Sent(over).State);
        Assert.StartsWith("EXCH01", Sent(firing).Host, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Sent(firing).Text, letter => letter is '$' or '{');

        OutsideAlert Sent(string word)
        {
            var filled = fields.Select(field =>
                $"{field.Item1}="
                + $"{WebUtility.UrlEncode(macros.Split(';').Append($"{status}={word}").Aggregate(field.Item2, (text, macro) => text.Replace(macro.Split('=')[0], macro[(macro.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal)))}"
            );
            return Assert.Single(AlertReader.Read(Encoding.UTF8.GetBytes(string.Join('&', filled)), "").Alerts);
        }
    }

    [Theory]
    [InlineData(
        "Alertmanager",
        """{"version":"4","status":"STATUS","alerts":[{"status":"STATUS","labels":{"alertname":"SmtpDown","instance":"exch01:25"},"annotations":{"summary":"no answer"}}],"truncatedAlerts":0}""",
        "firing",
        "resolved"
    )]
    [InlineData(
        "Grafana",
        """{"receiver":"ImcBot","status":"STATUS","orgId":1,"alerts":[{"status":"STATUS","labels":{"alertname":"SmtpDown","host":"exch01","grafana_folder":"Mail"},"annotations":{},"values":{"A":1}}],"title":"[STATUS:1]","state":"alerting"}""",
        "firing",
        "resolved"
    )]
    [InlineData(
        "Azure Monitor",
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"alertRule":"SmtpDown","monitorCondition":"STATUS","configurationItems":["exch01"]},"alertContext":{}}}""",
        "Fired",
        "Resolved"
    )]
    public void What_the_systems_with_bodies_of_their_own_send_opens_and_ends(string system, string body, string firing, string over)
    {
        Assert.Contains("https://BOT/alerts", SampleOf(system), StringComparison.Ordinal);
        Assert.Equal(
            [AlertState.Firing, AlertState.Over],
            new[] { firing, over }.Select(word =>
                AlertReader.Read(Encoding.UTF8.GetBytes(body.Replace("STATUS", word, StringComparison.Ordinal)), "").Alerts.Single().State
            )
        );
    }

    private static string SampleOf(string system)
    {
        var text = File.ReadAllText(Repository.Path("infra/README.md")).ReplaceLineEndings("\n");
        var from = text.IndexOf($"\n### {system}\n", StringComparison.Ordinal);
        Assert.True(from >= 0, $"infra/README.md has no sample for {system}.");
        return text[from..text.IndexOf("\n##", from + 2, StringComparison.Ordinal)];
    }

    private static string FirstWord(string sentence) => sentence.Split(' ', ':')[0];

    [GeneratedRegex("""(?<=["?&\s])(?<name>host|text|status)=(?<value>[^"&\n]*)""")]
    private static partial Regex SampleField();
}

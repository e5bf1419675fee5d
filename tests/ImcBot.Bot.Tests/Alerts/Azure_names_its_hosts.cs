using System.Text;
using ImcBot.Bot.Alerts;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed class Azure_names_its_hosts
{
    private const string Prometheus = "/s/providers/microsoft.monitor/accounts/mail-amw",
        Logs = "/s/providers/Microsoft.OperationalInsights/workspaces/logs",
        Machine = "/s/providers/Microsoft.Compute/virtualMachines/exch02";

    [Theory]
    [InlineData("aks0001", Prometheus, """{"alertname":"SmtpDown","instance":"exch01.example.org:9182"}""", "exch01.example.org")]
    [InlineData("", Prometheus, """{"host":"<no value>","nodename":"exch01","instance":"10.0.0.9:9182"}""", "exch01")]
    [InlineData("aks0001", Prometheus, """{"server":"exch03","host":"exch01"}""", "exch03")]
    [InlineData("aks0001", Prometheus, """{"alertname":"SmtpDown"}""", "aks0001")]
    [InlineData("aks0001", Prometheus, "[]", "aks0001")]
    [InlineData("mail-amw", Prometheus, """{"alertname":"SmtpDown"}""", "")]
    public void Managed_Prometheus_names_them_in_its_labels(string item, string target, string labels, string hosts) =>
        Assert.Equal(hosts, Hosts(item, target, $$"""{"labels":{{labels}} }"""));

    [Theory]
    [InlineData(Logs, Logs, "Computer", "exch01", "exch01")]
    [InlineData(Logs, Logs, "HostName", "exch01", "exch01")]
    [InlineData("logs", Logs, "nodename", "exch01", "exch01")]
    [InlineData(Logs, Logs, "Queue", "exch01", "")]
    [InlineData("", Logs, "Queue", "exch01", "")]
    [InlineData(Logs, "", "Queue", "exch01", "")]
    [InlineData("", Machine, "Instance", "_Total", "exch02")]
    public void A_workspace_is_none_and_a_dimension_may_be(string item, string target, string dimension, string value, string hosts) =>
        Assert.Equal(
            hosts,
            Hosts(item, target, $$"""{"condition":{"allOf":[{"dimensions":[{"name":"{{dimension}}","value":"{{value}}"}]}]} }""")
        );

    private static string Hosts(string item, string target, string context)
    {
        var body = $$"""
            {"schemaId":"azureMonitorCommonAlertSchema","data":{
              "essentials":{"alertRule":"R","configurationItems":["{{item}}"],"alertTargetIDs":["{{target}}"]},
              "alertContext":{{context}}
            } }
            """;
        var read = AlertReader.Read(Encoding.UTF8.GetBytes(body), "server");
        Assert.Equal(
            read.Alerts.Count > 0 ? [] : ["The alert names no host: a configuration item, the dimension Computer or a target must."],
            read.Refused
        );
        return string.Join(',', read.Alerts.Select(alert => alert.Host));
    }
}

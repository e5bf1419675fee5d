using System.Text;
using ImcBot.Bot.Alerts;
using Xunit;

namespace ImcBot.Bot.Tests.Alerts;

public sealed class Hosts_as_monitors_spell_them
{
    [Theory]
    [InlineData("<no value>")]
    [InlineData("[no value]")]
    [InlineData("{{ $labels.host }}")]
    [InlineData("{{$labels.host}}:25")]
    [InlineData("https://{HOST.HOST}/owa")]
    [InlineData("$HOSTNAME$")]
    [InlineData("$host.name$")]
    [InlineData("%device")]
    [InlineData("*UNKNOWN*")]
    [InlineData("mx1, mx2")]
    [InlineData("mx1 / mx2")]
    [InlineData("mx1.example.org (10.0.0.9)")]
    [InlineData("[mx1]:25")]
    [InlineData("[2001:db8::25")]
    public void What_cannot_name_a_host_names_none(string text) => Assert.Equal("", HostName.Of(text));

    [Theory]
    [InlineData(@"CORP\EXCH01", "EXCH01")]
    [InlineData(@"CORP\EXCH01:25", "EXCH01")]
    [InlineData(@"\EXCH01", "EXCH01")]
    [InlineData(@"\\EXCH01", "EXCH01")]
    [InlineData(@"\\EXCH01\share\logs", "EXCH01")]
    [InlineData(@"smtp://CORP\olu@mx1:25", "mx1")]
    [InlineData(@"https://mx1\owa", "mx1")]
    [InlineData("tcp:mx1:25", "mx1")]
    [InlineData("tcp:mx1", "mx1")]
    [InlineData("UDP:mx1.example.org:53", "mx1.example.org")]
    [InlineData("smtp:mx1:25/ehlo", "mx1")]
    [InlineData("tcp:[2001:db8::25]:25", "2001:db8::25")]
    [InlineData("tcp:25", "tcp")]
    [InlineData("mx1:smtp", "mx1")]
    [InlineData("fe80::25", "fe80::25")]
    [InlineData("[fe80::1%25eth0]:25", "fe80::1%25eth0")]
    [InlineData("::ffff:10.0.0.9", "::ffff:10.0.0.9")]
    public void A_domain_and_a_scheme_without_slashes_are_no_host(string text, string host) => Assert.Equal(host, HostName.Of(text));

    [Theory]
    [InlineData("""{"alerts":[{"labels":{"host":"<no value>","instance":"mx1.example.org:25"}}]}""", "mx1.example.org")]
    [InlineData("""{"alerts":[{"labels":{"host":"[no value]","hostname":"{{ $labels.host }}","instance":"mx1:25"}}]}""", "mx1")]
    [InlineData("""{"device":"$DEVICE$","host":"mx1"}""", "mx1")]
    [InlineData(
        """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"configurationItems":["<no value>"],"alertTargetIDs":["/x/mx1"]}}}""",
        "mx1"
    )]
    public void Behind_a_macro_that_was_not_filled_in_the_next_place_is_tried(string body, string host) =>
        Assert.Equal(host, Assert.Single(Read(body, "device").Alerts).Host);

    [Theory]
    [InlineData("host=%24HOSTNAME%24&text=t", "'$HOSTNAME$' names no host: it is a macro that the sender did not fill in.")]
    [InlineData("""{"host":"{HOST.HOST}"}""", "'{HOST.HOST}' names no host: it is a macro that the sender did not fill in.")]
    [InlineData("host=%5Bno+value%5D", "'[no value]' names no host: it is a macro that the sender did not fill in.")]
    [InlineData("host=mx1%2C+mx2", "'mx1, mx2' names no host: send one name, without spaces.")]
    public void A_plain_alert_whose_host_is_none_is_refused_with_what_it_said(string body, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Read(body, "").Refused));

    private static AlertReading Read(string body, string label) => AlertReader.Read(Encoding.UTF8.GetBytes(body), label);
}

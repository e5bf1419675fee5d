using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Postfix;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Reasons and lines as Postfix 3.7.11 writes them, and whether they are about the connection to a filter.</summary>
public sealed class A_filter_is_known_by_where_it_is
{
    private const string Lost = "while sending end of data -- message may be sent more than once",
        Suspended = "delivery temporarily suspended: ";

    [Theory]
    [InlineData("scan:[127.0.0.1]:10025", $"lost connection with 127.0.0.1[127.0.0.1] {Lost}")]
    [InlineData("scan:[127.0.0.1]:10025", "connect to 127.0.0.1[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:[127.0.0.1]:10025", $"{Suspended}connect to 127.0.0.1[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:127.0.0.1:10025", "connect to 127.0.0.1[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:localhost:10025", "connect to localhost[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:localhost:10025", "connect to localhost[::1]:10025: Connection refused")]
    [InlineData("scan:[::1]:10025", "connect to ::1[::1]:10025: Connection refused")]
    [InlineData("scan:[Scan.Test]:10025", "connect to scan.test[127.0.1.1]:10025: Connection timed out")]
    [InlineData("scan:[scan.test]:10025", "conversation with scan.test[192.0.2.9] timed out while sending message body")]
    [InlineData("scan:[scan.test]:10025", "host scan.test[192.0.2.9] refused to talk to me: 421 busy")]
    [InlineData("scan:[scan.test]:10025", "Host or domain name not found. Name service error for name=scan.test type=A: Host not found")]
    [InlineData("lmtp:unix:private/scan", "connect to mx.test[private/scan]: No such file or directory")]
    [InlineData("lmtp:inet:127.0.0.1:10024", "connect to 127.0.0.1[127.0.0.1]:10024: Connection refused")]
    [InlineData("scan:[192.0.2.8]:10025, [192.0.2.9]:10025", "connect to 192.0.2.9[192.0.2.9]:10025: Connection refused")]
    public void A_reason_that_names_the_filter_is_its(string setting, string reason) => Assert.True(Filters.Of([setting]).AreNamed(reason));

    [Theory]
    [InlineData("", "connect to 127.0.0.1[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:", "connect to 127.0.0.1[127.0.0.1]:10025: Connection refused")]
    [InlineData("scan:dummy", "connect to mx.far.test[192.0.2.7]:25: Connection refused")]
    [InlineData("scan:[127.0.0.1]:10025", "connect to 127.0.0.1[127.0.0.1]:25: Connection refused")]
    [InlineData("scan:[127.0.0.1]:10025", "connect to mx.far.test[192.0.2.7]:10025: Connection refused")]
    [InlineData("scan:[127.0.0.1]:10025", $"lost connection with mx.far.test[192.0.2.7] {Lost}")]
    [InlineData("scan:localhost:10025", "host mx.far.test[192.0.2.7] said: 450 localhost[127.0.0.1]:10025 is away")]
    [InlineData("lmtp:unix:private/scan", "connect to mx.test[private/dovecot-lmtp]: No such file or directory")]
    public void A_reason_that_names_another_server_is_not(string setting, string reason) =>
        Assert.False(Filters.Of([setting]).AreNamed(reason));

    [Theory]
    [InlineData("localhost[127.0.0.1]:10025", $"lost connection with localhost[127.0.0.1] {Lost}", "filter.lost")]
    [InlineData("scan.test[127.0.1.1]:10025", "conversation with scan.test[127.0.1.1] timed out while sending message body", "filter.lost")]
    [InlineData("localhost[::1]:10025", $"lost connection with localhost[::1] {Lost}", "filter.lost")]
    [InlineData("mx.test[private/scan]", $"lost connection with mx.test[private/scan] {Lost}", "filter.lost")]
    [InlineData("none", "connect to localhost[127.0.0.1]:10025: Connection refused", "filter.down")]
    [InlineData("none", "connect to 127.0.0.1[127.0.0.1]:10025: Connection timed out", "filter.down")]
    [InlineData("none", "connect to mx.test[private/scan]: No such file or directory", "filter.down")]
    [InlineData("none", "connect to mx.far.test[192.0.2.7]:25: Connection timed out", "destination.down")]
    [InlineData("none", $"{Suspended}connect to 127.0.0.1[127.0.0.1]:10025: Connection refused", null)]
    [InlineData("mx.far.test[192.0.2.7]:25", $"lost connection with mx.far.test[192.0.2.7] {Lost}", null)]
    [InlineData("mx.far.test[192.0.2.7]:25", "host mx.far.test[192.0.2.7] said: 450 lost connection with localhost[127.0.0.1]", null)]
    public void Of_a_line_alone_what_is_at_this_host_is_a_filter_under_any_name(string relay, string reason, string? kind) =>
        Assert.Equal(kind, LineKinds.Read(Entry(relay, reason))!.Kind);

    [Theory]
    [InlineData("connect to mx.far.test[192.0.2.7]:25: Connection timed out")]
    [InlineData("connect to 127.0.0.1[127.0.0.1]:10025: Connection timed out")]
    [InlineData($"{Suspended}conversation with mx.far.test[192.0.2.7] timed out while receiving the initial server greeting")]
    public void Where_no_connection_came_about_no_delivery_broke_off(string reason) => Assert.False(QueuedMail.IsOwnFailure(reason));

    private static LogEvent Entry(string relay, string reason) =>
        new(
            1,
            "pf",
            0,
            "pf",
            "",
            6,
            [],
            $"Nov 30 06:34:04 mx pf/smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay={relay}, dsn=4.4.2, status=deferred ({reason})"
        );
}

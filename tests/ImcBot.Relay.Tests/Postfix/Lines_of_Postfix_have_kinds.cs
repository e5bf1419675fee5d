using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Postfix;
using Xunit;

namespace ImcBot.Relay.Tests.Postfix;

/// <summary>Lines as Postfix 3.7.11 wrote them, and what they mean.</summary>
public sealed class Lines_of_Postfix_have_kinds
{
    private const string Head = "Nov 30 06:34:04 mx pf/";

    [Theory]
    [InlineData("master[17]: warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling", "postfix.throttled")]
    [InlineData("smtpd[17]: fatal: parameter smtpd_timeout: bad time value or unit: 300x", "postfix.settings")]
    [InlineData("smtpd[17]: warning: unknown smtpd restriction: \"permit_mynetwork\"", "postfix.settings")]
    [InlineData("smtpd[17]: error: open database /etc/postfix/access.db: No such file or directory", "postfix.map")]
    [InlineData(
        "smtpd[17]: NOQUEUE: reject: MAIL from localhost[127.0.0.1]: 452 4.3.1 Insufficient system storage; proto=SMTP",
        "postfix.no-space"
    )]
    [InlineData("smtpd[17]: warning: not enough free space in mail queue: 1024 bytes < 1.5*message size limit", "postfix.no-space")]
    [InlineData("cleanup[17]: warning: mail_queue_enter: create file incoming/12.34: No space left on device", "postfix.no-space")]
    [InlineData("master[17]: fatal: master_spawn: exec /usr/lib/postfix/sbin/smtpq: No such file or directory", "postfix.program")]
    [InlineData(
        "qmgr[17]: warning: saving corrupt file \"4jdDkh4WRwz1j3LH\" from queue \"active\" to queue \"corrupt\"",
        "postfix.corrupt"
    )]
    [InlineData("master[17]: fatal: bind 127.0.0.1 port 25: Address already in use", "postfix.port")]
    [InlineData("smtpd[17]: warning: error opening chain file: /etc/postfix/chain.pem: No such file or directory", "postfix.certificate")]
    [InlineData("smtpd[17]: warning: connect to Milter service inet:127.0.0.1:9: Connection refused", "milter.lost")]
    [InlineData("smtpd[17]: fatal: something nobody has a word for", "postfix.fatal")]
    [InlineData("smtpd[17]: connect from localhost[127.0.0.1]", null)]
    public void A_line_has_the_kind_of_what_it_tells(string line, string? kind) =>
        Assert.Equal(kind, LineKinds.Read(Entry(Head + line))!.Kind);

    [Fact]
    public void A_delivery_to_the_filter_that_broke_off_names_its_message_and_counts_as_a_crash()
    {
        var read = LineKinds.Read(
            Entry(
                Head
                    + "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=127.0.0.1[127.0.0.1]:10025, delay=0.09, delays=0.05/0/0/0.02, "
                    + "dsn=4.4.2, status=deferred (lost connection with 127.0.0.1[127.0.0.1] while sending end of data -- message may be sent "
                    + "more than once)"
            )
        )!;

        Assert.Equal((LineKinds.FilterLost, true, true), (read.Kind, read.IsFatal, read.IsCrash));
        Assert.Equal(["4jdDkh4WRwz1j3LH"], read.Items);
    }

    [Theory]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=none, delay=9, dsn=4.4.2, status=deferred (delivery temporarily suspended: lost connection with 127.0.0.1[127.0.0.1] while sending end of data -- message may be sent more than once)"
    )]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=mx.far.test[192.0.2.7]:25, delay=9, dsn=4.4.2, status=deferred (lost connection with mx.far.test[192.0.2.7] while sending end of data -- message may be sent more than once)"
    )]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=none, dsn=4.4.1, status=deferred (connect to 127.0.0.1[127.0.0.1]:10025: Connection refused)"
    )]
    public void What_is_not_the_messages_own_failure_at_the_filter_names_none(string line) =>
        Assert.Empty(LineKinds.Read(Entry(Head + line))!.Items);

    [Fact]
    public void The_journal_says_which_program_wrote_and_how_much_it_suppressed()
    {
        var told = Entry("fatal: something") with { Category = "postfix/smtpd" };

        Assert.Equal("postfix.fatal", LineKinds.Read(told)!.Kind);
        Assert.Equal("journal.suppressed", LineKinds.Read(Entry("Suppressed 1234 messages from postfix@-.service"))!.Kind);
        Assert.Null(LineKinds.Read(Entry("2026/11/30 02:03:04 [emerg] 12#12: bind() failed")));
    }

    private static LogEvent Entry(string line) => new(1, "pf", 0, "pf", "", 6, [], line);
}

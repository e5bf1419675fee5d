using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Products.Postfix;
using ImcBot.Relay.Tests.Fakes;
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

    [Fact]
    public void A_filter_that_dies_breaks_off_all_that_it_was_given_and_that_is_one_crash()
    {
        using var bench = new Bench();
        LogEvent[] lines =
        [
            .. new[] { 100_000_000L, 100_010_000, 100_900_000, 102_000_000 }.Select(at =>
                Entry(
                    Head
                        + "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=127.0.0.1[127.0.0.1]:10025, delay=9, dsn=4.4.2, "
                        + "status=deferred (lost connection with 127.0.0.1[127.0.0.1] while sending end of data -- message may be sent "
                        + "more than once)"
                ) with
                {
                    At = at,
                }
            ),
        ];

        Assert.Equal([100_000_000, 102_000_000], bench.Site.CrashesIn(lines));
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

    [Theory]
    [InlineData(
        "smtpd[17]: NOQUEUE: reject: RCPT from x[192.0.2.7]: 554 5.7.1 <\"No space left on device\"@d.test>: Relay access denied; to=<>"
    )]
    [InlineData("smtpd[17]: warning: non-SMTP command from unknown[192.0.2.7]: GET -- throttling")]
    [InlineData("smtpd[17]: warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: x, sasl_username=No space left on device")]
    [InlineData("cleanup[17]: 4jdDkh4WRwz1j3LH: warning: header Subject: No space left on device from x[192.0.2.7]; from=<a@b.test>")]
    [InlineData("cleanup[17]: 4jdDkh4WRwz1j3LH: message-id=No space left on device")]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<\"x>, relay=127.0.0.1[127.0.0.1]:25, dsn=4.4.2, status=deferred (lost connection\"@d.test>, relay=mx.far.test[192.0.2.7]:25, delay=9, dsn=4.2.0, status=deferred (host mx.far.test[192.0.2.7] said: 450 busy)"
    )]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=mx.far.test[192.0.2.7]:25, delay=9, dsn=4.2.0, status=deferred (host mx.far.test[192.0.2.7] said: 450 No space left on device)"
    )]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=127.0.0.1[127.0.0.1]:10025, delay=9, dsn=4.2.0, status=deferred (host 127.0.0.1[127.0.0.1] said: 451 lost connection to the database)"
    )]
    public void What_a_message_a_client_or_another_server_says_is_no_word_of_Postfix(string line) =>
        Assert.Null(LineKinds.Read(Entry(Head + line))!.Kind);

    [Theory]
    [InlineData(
        "smtp[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=127.0.0.1[127.0.0.1]:10025, delay=9, dsn=4.4.2, status=deferred (lost connection with 127.0.0.1[127.0.0.1] while sending end of data -- message may be sent more than once)",
        "filter.lost",
        "smtp: lost connection"
    )]
    [InlineData(
        "pipe[17]: 4jdDkh4WRwz1j3LH: to=<c@d.test>, relay=scan, delay=9, dsn=4.3.0, status=deferred (Command died with signal 9: \"/usr/bin/scan\". Command output: c@d.test )",
        "filter.lost",
        "pipe: died with signal"
    )]
    [InlineData(
        "smtpd[17]: NOQUEUE: reject: RCPT from x[192.0.2.7]: 451 4.3.0 <c@d.test>: Temporary lookup failure; from=<a@b.test> to=<c@d.test>",
        "postfix.map",
        "smtpd: Temporary lookup failure"
    )]
    [InlineData("sendmail[17]: fatal: a@b.test(1000): queue file write error", "postfix.fatal", "sendmail: fatal: ")]
    [InlineData("smtpd[17]: connect from mail.a-customer.test[192.0.2.7]", null, "smtpd")]
    [InlineData("cleanup[17]: 4jdDkh4WRwz1j3LH: message-id=<secret@a-customer.test>", null, "cleanup")]
    public void Of_a_line_nothing_leaves_the_server_but_who_wrote_it_and_by_which_words_it_was_known(string line, string? kind, string told)
    {
        using var bench = new Bench();

        var said = bench.Site.ToHostEvent(Entry(Head + line) with { Source = "pf" });

        Assert.Equal((kind, told), (said.Kind, said.Message));
        Assert.Empty(said.Names);
    }

    [Fact]
    public void Every_word_for_a_line_stands_in_the_catalog() =>
        Assert.Equal(Catalog.EventKinds.Keys, LineKinds.Words.Order(StringComparer.Ordinal));

    [Fact]
    public async Task What_was_sent_is_read_in_the_journal_too_and_not_in_what_an_address_says()
    {
        var time = new LeapingTime();
        var server = new FakeServer(time);
        server.Write(
            "pf",
            "4jdDkh4WRwz1j3L2: to=<c@d.test>, relay=mx[192.0.2.7]:25, delay=1, dsn=2.0.0, status=sent (250 ok)",
            "postfix/smtp"
        );
        server.Write("pf", "4jdDkh4WRwz1j3L2: removed", "postfix/qmgr");
        server.Write("pf", "4jdDkh4WRwz1j3L3: to=<\", status=sent (\"@d.test>, relay=none, dsn=4.4.1, status=deferred (x)", "postfix/smtp");
        server.Write("pf", "4jdDkh4WRwz1j3L3: removed", "postfix/qmgr");
        var log = new DeliveryLog(new Site(server.Host, new HostProfile(2, 2, 15, 15, 3), time, ProductSet.All), "Application");

        await log.ReadOnAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal(["4jdDkh4WRwz1j3L2"], log.Settled);
    }

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

namespace ImcBot.Lab.Postfix;

/// <summary>What main.cf and master.cf of a practice Postfix say: Debian's, with a content filter and a next mail server.</summary>
internal static class PostfixSettings
{
    /// <summary>The largest message, in bytes. Mail is taken while one and a half times as much is free.</summary>
    public const int LargestMessage = 1 << 20;

    public static string MainFile(PostfixFolder folder, IEnumerable<string> further) =>
        $"""
            compatibility_level = 3.6
            queue_directory = {folder.Queue}
            data_directory = {folder.Data}
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = {folder.Log}
            maillog_file_prefixes = {folder.Logs}
            syslog_name = {folder.Name}
            myhostname = mx.practice.test
            mydestination =
            local_recipient_maps =
            local_transport = error:no local mail here
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            relayhost = [localhost]:{folder.Ports.Sink}
            enable_long_queue_ids = yes
            smtp_dns_support_level = disabled
            smtp_host_lookup = native
            smtpd_relay_restrictions = permit_mynetworks, reject
            alias_maps =
            alias_database =
            message_size_limit = {LargestMessage}
            smtpd_tls_cert_file = {folder.Certificate}
            smtpd_tls_key_file = {folder.CertificateKey}
            smtpd_tls_security_level = may
            content_filter = scan:[127.0.0.1]:{folder.Ports.Filter}
            scan_destination_concurrency_limit = 1
            scan_initial_destination_concurrency = 1
            {string.Join('\n', (folder.Managed?.Settings ?? []).Concat(further))}

            """;

    public static string ServicesFile(PostfixFolder folder) =>
        $"""
            127.0.0.1:{folder.MailPort} inet n - n - - smtpd
            127.0.0.1:{folder.Ports.Back} inet n - n - - smtpd
              -o content_filter=
              -o receive_override_options=no_unknown_recipient_checks,no_header_body_checks,no_milters
              -o smtpd_client_restrictions=permit_mynetworks,reject
              -o smtpd_tls_security_level=none
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            proxywrite unix - - n - 1 proxymap
            smtp unix - - y - - smtp
            relay unix - - y - - smtp
            scan unix - - n - 1 smtp
              -o disable_dns_lookups=yes
              -o smtp_tls_security_level=none
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            local unix - n n - - local
            virtual unix - n n - - virtual
            lmtp unix - - n - - lmtp
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """;
}

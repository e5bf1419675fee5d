using System.CommandLine;
using System.Runtime.InteropServices;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Windows;
using ImcBot.Relay.Session;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.EventLog;

namespace ImcBot.Relay.Commands;

/// <summary><c>run</c>: waits until the relay is enrolled and confirmed, then works until it is stopped.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var service = new Option<bool>("--service")
        {
            Description = "Under the Windows service manager; 'install' writes it",
            Hidden = true,
        };
        var fresh = new Option<bool>("--new-ledger")
        {
            Description = "Sets the ledger aside and begins a new one: what was held and what could be undone is forgotten",
        };
        var command = new Command("run", "Polls the bot for work until stopped") { service, fresh };
        command.SetAction(
            (parsed, cancellationToken) =>
                OperatingSystem.IsWindows() && parsed.GetValue(service)
                    ? Task.FromResult(
                        RelayService.Serve(
                            stop => WithOptionsAsync(parsed, isService: true, parsed.GetValue(fresh), stop),
                            RelaySession.LongestStop
                        )
                    )
                    : WithOptionsAsync(parsed, isService: false, parsed.GetValue(fresh), cancellationToken)
        );
        return command;
    }

    private static Task<int> WithOptionsAsync(ParseResult parsed, bool isService, bool fresh, CancellationToken cancellationToken) =>
        RelayCommand.WithOptionsAsync(
            parsed,
            options => UntilSignalledAsync(stop => RunAsync(options, isService, fresh, TimeProvider.System, stop), cancellationToken)
        );

    /// <summary>A terminal that closes and a quit end the relay as SIGTERM does: after the run under way.</summary>
    private static async Task<int> UntilSignalledAsync(Func<CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        return await work(stop.Token);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(
        RelayOptions options,
        bool isService,
        bool fresh,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var logs = LoggerFactory.Create(builder =>
        {
            if (isService && OperatingSystem.IsWindows())
            {
                builder.AddEventLog(new EventLogSettings { SourceName = Hosts.Setup.WindowsSetup.Service });
            }
            else
            {
                builder.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "HH:mm:ss ";
                });
            }
        });
        var log = logs.CreateLogger("relay");
        try
        {
            var enrolled = await EnrolledAsync(options, time, log, cancellationToken);
            using var alone = DataFolder.Lock(options);
            using var key = RelayKey.Read(options.KeyFile);
            var membership = OwnLedger.Settle(options, enrolled, fresh, Clock.Micros(time.GetUtcNow()));
            if (membership != enrolled)
            {
                membership.Write(options.MembershipFile);
            }

            using var house = await OpenAsync(options, time, log, cancellationToken);
            await house.Session(options, membership, key, logs).RunAsync(cancellationToken);
            return RelayCommand.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.LogInformation("Stopped.");
            return RelayCommand.Done;
        }
    }

    private static async Task<Membership> EnrolledAsync(
        RelayOptions options,
        TimeProvider time,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        for (var told = false; ; told = true)
        {
            if (Membership.Read(options.MembershipFile) is { } membership)
            {
                return membership;
            }

            if (!told)
            {
                log.LogWarning(
                    "Not enrolled yet: ask for a code in the channel and run 'imcbot-relay enrol --data {Data}', which reads it "
                        + "from its standard input.",
                    options.Data
                );
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private static async Task<RelayHouse> OpenAsync(
        RelayOptions options,
        TimeProvider time,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        var backoff = new Backoff(time);
        string? told = null;
        while (true)
        {
            try
            {
                return await RelayHouse.OpenAsync(options, time, cancellationToken);
            }
            catch (HostException exception)
            {
                if (told != exception.Message)
                {
                    log.LogWarning("{Reason}", exception.Message);
                    told = exception.Message;
                }
            }

            await Task.Delay(backoff.Next(), time, cancellationToken);
        }
    }
}

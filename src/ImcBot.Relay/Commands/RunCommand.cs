using System.CommandLine;
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
        var service = new Option<bool>("--service") { Description = "Under the Windows service manager; 'install' writes it", Hidden = true };
        var command = new Command("run", "Polls the bot for work until stopped") { service };
        command.SetAction((parsed, cancellationToken) => OperatingSystem.IsWindows() && parsed.GetValue(service)
            ? Task.FromResult(RelayService.Serve(stop => WithOptionsAsync(parsed, isService: true, stop)))
            : WithOptionsAsync(parsed, isService: false, cancellationToken));
        return command;
    }

    private static Task<int> WithOptionsAsync(ParseResult parsed, bool isService, CancellationToken cancellationToken) =>
        RelayCommand.WithOptionsAsync(parsed, options => RunAsync(options, isService, TimeProvider.System, cancellationToken));

    private static async Task<int> RunAsync(RelayOptions options, bool isService, TimeProvider time, CancellationToken cancellationToken)
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
            var membership = await EnrolledAsync(options, time, log, cancellationToken);
            using var key = RelayKey.Open(options.KeyFile);
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

    private static async Task<Membership> EnrolledAsync(RelayOptions options, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        for (var told = false; ; told = true)
        {
            if (Membership.Read(options.MembershipFile) is { } membership)
            {
                return membership;
            }

            if (!told)
            {
                log.LogWarning("Not enrolled yet: ask for a code in the channel and run 'imcbot-relay enrol --data {Data}', which reads it from its standard input.", options.Data);
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private static async Task<RelayHouse> OpenAsync(RelayOptions options, TimeProvider time, ILogger log, CancellationToken cancellationToken)
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

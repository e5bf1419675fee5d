using System.CommandLine;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.Commands;

/// <summary>Runs the bot.</summary>
internal static class ServeCommand
{
    /// <summary>
    /// So long a stop waits for calls and turns under way; systemd's TimeoutStopSec and a container's grace period must be longer.
    /// </summary>
    internal static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    // How Windows and Linux say that another process holds a file.
    private const int SharingViolation = unchecked((int)0x80070020),
        WouldBlock = 11;

    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static Command Create()
    {
        var command = new Command("serve", "Runs the bot (the default). Settings may follow as Section:Name=value.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(BotCommand.SettingsOf(parsed), cancellationToken));
        return command;
    }

    internal static async Task<int> RunAsync(string[] settings, CancellationToken cancellationToken)
    {
        await using var app = Build(settings);
        using var alone = Alone(app.Services.GetRequiredService<BotOptions>());
        await app.Services.PrepareEngineAsync(cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            // What has begun already ends without a complaint of its own.
            app.Lifetime.StopApplication();
            throw CommandException.WrongUse(
                $"{exception.Message} Stop the other program, or choose another address with --urls.",
                exception
            );
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>
    /// Holds the folder of an embedded database for this process, as long as it runs: two bots on one journal would both speak and call.
    /// </summary>
    /// <exception cref="CommandException">Another bot holds it.</exception>
    internal static FileStream? Alone(BotOptions options)
    {
        if (options.ConnectionString is not null)
        {
            return null;
        }

        PrivateFolder.Create(options.Data);
        try
        {
            return new FileStream(Path.Combine(options.Data, "imcbot.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is SharingViolation or WouldBlock)
        {
            throw CommandException.WrongUse(
                $"Another bot runs on {options.Data}. Stop it first, choose another folder with --data, or use PostgreSQL for "
                    + "several bots (Bot:ConnectionString).",
                exception
            );
        }
    }

    /// <summary>The bot of these settings. Nothing is opened or made yet.</summary>
    /// <exception cref="CommandException">Settings are wrong; every problem is in the message.</exception>
    internal static WebApplication Build(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables(BotCommand.EnvironmentPrefix).AddCommandLine(settings);
        var options = builder.Configuration.GetSection(BotOptions.Section).Get<BotOptions>() ?? new BotOptions();
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        // A start that fails ends the program with its own sentence; the host would print it before that, with its stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Services.Configure<HostOptions>(static hosting => hosting.ShutdownTimeout = LongestStop);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEngine(options);
        builder.Services.AddAlerts(builder.Configuration).AddOnCall(builder.Configuration).AddChannel(builder.Configuration);
        builder
            .Services.AddHostedService<Redraw>()
            .AddSingleton<RelayAdministration>()
            .AddSingleton<Headers>()
            .AddSingleton<IChatHandler, ChatHandler>()
            .AddSingleton<EntraPeople>()
            .AddSingleton<DecideEndpoint>()
            .AddSingleton<TryEndpoint>();
        var app = builder.Build();
        List<string> problems = [.. Placeholders.In(builder.Configuration), .. options.Problems(), .. Failures(app.Services)];
        if (problems.Count > 0)
        {
            throw new CommandException(string.Join(Environment.NewLine, problems));
        }

        app.UseRefusedCalls();
        app.MapEngine();
        app.MapMessages();
        DecideEndpoint.Map(app);
        TryEndpoint.Map(app);
        return app;
    }

    private static IEnumerable<string> Failures(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException)
        {
            return Failures(exception);
        }
    }

    private static IEnumerable<string> Failures(Exception exception) =>
        exception switch
        {
            OptionsValidationException invalid => invalid.Failures,
            AggregateException many => many.InnerExceptions.SelectMany(Failures),
            _ => [exception.Message],
        };
}

using Azure.Core;
using Azure.Storage.Blobs;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Endpoints;
using ImcBot.Bot.Entra;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot;

/// <summary>Puts journal, engine, gateway, alerts and export together.</summary>
internal static class EngineSetup
{
    /// <summary>Needs an <see cref="IChannel"/>, the roles and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, BotOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<IDbContextFactory<JournalDb>>(_ => JournalPlace.At(options));
        services.AddSingleton(_ => new JournalKey(KeyFile.LoadOrCreate(options.JournalKeyFile)));
        services.AddSingleton(_ => Masks.With(options.Masks));
        services.AddSingleton<Journals>();
        services.AddHostedService<Retention>();
        services.AddSingleton<TranscriptWriter>();
        services.AddSingleton<TranscriptLinks>();
        if (options.Vault is not null)
        {
            services.AddSingleton(provider => new TranscriptVault(
                new BlobContainerClient(new Uri(options.Vault), provider.GetRequiredService<TokenCredential>())
            ));
        }

        services.AddSingleton<JournalReading>();
        services.AddSingleton<FigureCounter>();

        services.AddSingleton(provider => new RunbookRepository(
            provider.GetRequiredService<Journals>(),
            RunbookRepository.ReadFolder(options.Runbooks, new ProofCache(options.ProofFolder))
        ));
        services.AddSingleton<ChangeSignals>();
        services.AddSingleton(provider => new LeaseHolder(
            provider.GetRequiredService<IDbContextFactory<JournalDb>>(),
            provider.GetRequiredService<TimeProvider>(),
            isAlone: options.ConnectionString is null
        ));
        services.AddSingleton<EngineClock>();
        services.AddSingleton<IncidentLoader>();
        services.AddSingleton<IncidentStore>();
        services.AddSingleton<RelayClaims>();
        services.AddSingleton<IncidentEngine>();
        services.AddSingleton<IIncidents>(provider => provider.GetRequiredService<IncidentEngine>());
        services.AddSingleton<Signers>();
        services.AddSingleton<ChannelPublisher>();
        services.AddSingleton<EffectRunner>();
        services.AddHostedService<OutboxWorker>();
        services.AddHostedService<DeadlineMonitor>();
        services.AddHostedService<ReplicaPoller>();

        services.AddSingleton(provider => new GrantIssuer(
            KeyFile.LoadOrCreate(options.GrantKeyFile),
            options,
            provider.GetRequiredService<TimeProvider>(),
            KeyFile.LoadIfThere(options.PreviousGrantKeyFile)
        ));
        services.AddSingleton<BotAddress>();
        services.AddSingleton(_ => RevokedRelays.Beside(options.JournalKeyFile));
        services.AddSingleton<RelayRegister>();
        services.AddSingleton<RelayPresence>();
        services.AddEntra();
        services.AddSingleton<EntraRelays>();
        services.AddSingleton<RelayQuota>();
        services.AddSingleton<OpenDoors>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<RelayGuard>();
        services.AddSingleton<RelayEnrolment>();
        services.AddSingleton<EphemeralJobs>();
        services.AddSingleton<RunbookTrials>();
        services.AddSingleton<ActingOrder>();
        services.AddSingleton<ExpectedWork>();
        services.AddSingleton<RelayDispatcher>();
        services.AddSingleton<PagingEndpoint>();
        services.AddSingleton<RelayAlerts>();
        return services;
    }

    /// <summary>
    /// Makes what must be there before anything is served: the tables, the keys, the runbooks. Throws what is wrong with them.
    /// </summary>
    public static async Task PrepareEngineAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<BotOptions>();
        await using (var db = await (await JournalPlace.OpenAsync(options, cancellationToken)).CreateDbContextAsync(cancellationToken))
        {
            if (!File.Exists(options.JournalKeyFile) && await db.Entries.AnyAsync(cancellationToken))
            {
                throw new InvalidOperationException(
                    $"The database holds a journal, but {options.JournalKeyFile} is not there. Bring the key from its backup, or "
                        + "from the other bot on this database: "
                        + "what another key has signed does not verify with a new one."
                );
            }
        }

        _ = services.GetRequiredService<JournalKey>();
        _ = services.GetRequiredService<GrantIssuer>();
        await new SubjectNames(services.GetRequiredService<Journals>(), services.GetRequiredService<RunbookRepository>()).FillAsync(
            cancellationToken
        );
    }

    /// <summary>Maps everything but the channel's own endpoints.</summary>
    public static void MapEngine(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRelays();
        endpoints.MapAlerts();
        PagingEndpoint.Map(endpoints);
        endpoints.MapTranscripts();
        endpoints.MapHealth();
    }
}

using System.Security.Cryptography;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>What hears people, over incidents of the test's, beside a journal that is empty: no relay stands in it.</summary>
internal static class Listeners
{
    private static readonly Lazy<(RelayRegister Relays, FigureCounter Figures)> Empty = new(OpenEmpty);

    public static RelayRegister NoRelays => Empty.Value.Relays;

    /// <param name="channel">Where the team's members are known; null where it is not known who may sign.</param>
    public static ChatHandler Of(
        IIncidents incidents,
        OnCallRoster duty,
        Headers? headers = null,
        IChannel? channel = null,
        RelayAdministration? administration = null
    ) =>
        new(
            incidents,
            administration!,
            headers!,
            duty,
            new MentionMode(),
            Empty.Value.Figures,
            NoRelays,
            new Signers(channel ?? new FakeChannel { RosterIsGone = true }, duty),
            new BotOptions()
        );

    private static (RelayRegister, FigureCounter) OpenEmpty()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "imcbot.db");
        var databases = JournalFile.OpenAsync(file, CancellationToken.None).GetAwaiter().GetResult();
        var journal = new Journals(databases, new JournalKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));
        return (
            new RelayRegister(databases, journal.Key, RevokedRelays.Beside(file), new ChangeSignals()),
            new FigureCounter(journal, new JournalReading(journal, new RunbookRepository(journal, [])), TimeProvider.System)
        );
    }
}

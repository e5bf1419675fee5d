using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Exchange 5.5 with its Internet Mail Service.</summary>
internal sealed class ExchangeProduct : IProduct
{
    private static readonly string[] Databases = [@"Exchsrvr\Mdbdata", @"Exchsrvr\Dsadata", @"Exchsrvr\Imcdata"],
        DatabaseFiles = ["*.edb", "edb*.log"];

    public IReadOnlyDictionary<string, Func<Site, CancellationToken, Task<string>>> Paths { get; } =
        new Dictionary<string, Func<Site, CancellationToken, Task<string>>>(StringComparer.Ordinal)
        {
            ["imcdata"] = (site, cancellationToken) => site.ImcdataAsync(cancellationToken),
            ["exchsrvr"] = Installation.ExchangeAsync,
            ["store"] = async (site, cancellationToken) => await Installation.ExchangeAsync(site, cancellationToken) + @"\Bin\Store.exe",
        };

    /// <summary>The whole article.</summary>
    public IReadOnlyList<Call> Checks { get; } =
    [
        Call.To(Catalog.ServiceRunning, ("service", Installation.ImcService)),
        Call.To(Catalog.ServiceRunning, ("service", Installation.StoreService)),
        Call.To(Catalog.PortAnswers, ("port", "25")),
        Call.To(SpoolMoving.Use),
        Call.To(Catalog.EventsNone, ("ids", "4102,4182,4094,4097")),
        Call.To(DiskFree.Use, ("path", "${imcdata}"), ("at-least", "500MB")),
        Call.To(SmtpLogLevel.Use, ("at-most", "1"), ("folder", @"${imcdata}\Log")),
        Call.To(AntivirusState.Use, ("path", "${imcdata}")),
        Call.To(MailSuspects.Use),
        Call.To(ThreadsValue.Use, ("at-least", "20")),
        Call.To(FileVersion.Use, ("path", "${store}"), ("at-least", "5.5.2656.60")),
        Call.To(Catalog.ProgramsList),
    ];

    public bool IsFor(PathGrammar system) => system == PathGrammar.Windows;

    public IReadOnlyList<(string What, Func<Site, CancellationToken, Task<Diagnosis>> Look)> Looks => ExchangeExam.Looks;

    public IReadOnlyList<string> Programs { get; } = ["MSEXCIMC.EXE", "STORE.EXE"];

    public bool Has(string service) => service.StartsWith("MSExchange", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Its work is the Imcdata folder, with <c>In</c>, <c>Out</c>, <c>Work</c>, <c>Pickup</c> and their archives; of it only protocol logs
    /// of earlier days may go (Q300931).
    /// </summary>
    public async Task<ProductFiles> FilesAsync(Site site, CancellationToken cancellationToken)
    {
        if ((await site.Host.Services.ListAsync(cancellationToken)).Find(Installation.ImcService) is null)
        {
            return ProductFiles.None;
        }

        var imcdata = await site.ImcdataAsync(cancellationToken);
        return new ProductFiles([imcdata], [new OldLogs(PathGrammar.Windows.Join(imcdata, "Log"), "L*.log", TimeSpan.FromDays(1))]);
    }

    /// <summary>They stop at 10 MB free and take everything down with them (Q259751).</summary>
    public async Task<string?> DatabaseOnAsync(Site site, string volume, CancellationToken cancellationToken)
    {
        foreach (var folder in Databases)
        {
            foreach (var pattern in DatabaseFiles)
            {
                if (await site.Host.Files.ListAsync($@"{volume}\{folder}", pattern, recursive: false, cancellationToken) is [var found, ..])
                {
                    return found.Path;
                }
            }
        }

        return null;
    }

    public EventMeaning? Read(LogEvent entry) => Evidence.Read(entry);

    public string? FallsWith(string service) => Is(service, Installation.ImcService) ? Installation.StoreService : null;

    public string? Called(string service) =>
        Is(service, Installation.StoreService) ? "the store"
        : Is(service, Installation.ImcService) ? "the Internet Mail Service"
        : null;

    public string? WhenWedged(string service) =>
        Is(service, Installation.ImcService)
            ? $"it is wedged (Q168883). {Catalog.ServiceKill} ends the Internet Mail Service's process; else a person must look at it"
            : null;

    public async Task<string?> WhySilentAsync(Site site, int port, CancellationToken cancellationToken) =>
        await site.Host.Services.TransferModeAsync(Installation.ImcService, cancellationToken)
            is TransferMode.OutboundOnly
                or TransferMode.None
            ? "inbound mail is paused"
            : null;

    public async Task<string?> ScannerInsideAsync(Site site, CancellationToken cancellationToken) =>
        await StoreScan.IsOnAsync(site, cancellationToken)
            ? $"The store hands mail to a scanner (VirusScan\\{StoreScan.Enabled} is 1); 0 ends that within two minutes (Q269439)."
            : null;

    public string? Users(ServicesOfPlan plan) =>
        plan.Now.Find(Installation.ImcService) is null && plan.Now.Find(Installation.StoreService) is null ? null : ExchangeUsers.Say(plan);

    public RiskWords Risks => ExchangeUsers.Risks;

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

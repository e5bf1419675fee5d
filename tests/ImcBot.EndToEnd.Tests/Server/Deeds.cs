using ImcBot.Lab.Server.Host;
using Record = ImcBot.Lab.Server.Host.Record;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>What the server's own record says was done in a while, in the words of an approval card.</summary>
/// <param name="entries">The record of that while.</param>
/// <param name="claim">How the run's entries are signed.</param>
internal sealed class Deeds(IReadOnlyList<RecordEntry> entries, string claim)
{
    public static readonly string[] Everything =
    [
        "deleting mail",
        "deleting files",
        "moving mail",
        "other files",
        "keeping new mail out",
        "settings",
        "stopping a service",
        "starting a service",
        "disconnecting mailbox users",
    ];

    private IEnumerable<RecordEntry> Own => entries.Where(entry => entry.By.StartsWith(claim, StringComparison.Ordinal));

    public bool UsersWereDisconnected =>
        entries.Any(entry => entry.Target == Places.Store && entry.What is Record.Stop or Record.Died or Record.Stopped);

    public IReadOnlyList<string> Stopped => Services(Record.Stop, Record.Kill);

    public IReadOnlyList<string> Started => Services(Record.Start);

    /// <summary>The kinds of things that the run did to the server.</summary>
    public IReadOnlySet<string> Kinds =>
        Own.Select(Kind)
            .Concat(KeptOut)
            .Concat(UsersWereDisconnected ? ["disconnecting mailbox users"] : [])
            .ToHashSet(StringComparer.Ordinal);

    private IEnumerable<string> KeptOut =>
        Own.Any(entry => entry is { What: "transfer-mode.set", Detail: nameof(TransferMode.OutboundOnly) or nameof(TransferMode.None) })
            ? ["keeping new mail out"]
            : [];

    private List<string> Services(params string[] what) =>
        [.. Own.Where(entry => what.Contains(entry.What)).Select(entry => entry.Target).Distinct().Order(StringComparer.Ordinal)];

    private static string Kind(RecordEntry entry) =>
        entry.What switch
        {
            "file.delete" => IsMail(entry.Target) ? "deleting mail" : "deleting files",
            "file.move" => IsMail(entry.Target) ? "moving mail" : "other files",
            "file.write" or "folder.create" or "folder.move" => "other files",
            "registry.set" or "registry.delete" or "transfer-mode.set" => "settings",
            Record.Stop or Record.Kill => "stopping a service",
            Record.Start => "starting a service",
            _ => entry.What,
        };

    private static bool IsMail(string path) =>
        (
            path.Contains(@"\Imcdata\In\", StringComparison.OrdinalIgnoreCase)
            || path.Contains(@"\Imcdata\Out\", StringComparison.OrdinalIgnoreCase)
            || path.Contains(@"\ImcBotHold\", StringComparison.OrdinalIgnoreCase)
        ) && !path.EndsWith(".dat", StringComparison.OrdinalIgnoreCase);
}

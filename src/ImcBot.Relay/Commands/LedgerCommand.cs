using System.CommandLine;
using ImcBot.Contracts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>ledger</c>: what this relay has signed of its runs, for whoever holds a transcript against it. Exit code 1 when a row is not as it
/// was signed.
/// </summary>
internal static class LedgerCommand
{
    public static Command Create() =>
        new Command(
            "ledger",
            "Prints this relay's key and, for each incident, the newest row it has signed: compare with 'imcbot transcript verify "
                + "--relay-key --relay-head'"
        ).Doing((options, _, json, _) => Task.FromResult(Tell(options, json)));

    private static int Tell(RelayOptions options, bool json)
    {
        if (!File.Exists(options.LedgerFile) || !File.Exists(options.KeyFile))
        {
            Console.Error.WriteLine($"There is no ledger with its key in {options.Data}. Name the folder with --data.");
            return RelayCommand.NotDone;
        }

        using var key = RelayKey.Read(options.KeyFile);
        using var database = new Database(options.LedgerFile);
        var ledger = new RelayLedger(database);
        var chain = ledger.Statements();
        IReadOnlyList<string> former = [.. (KeyHandover.Chain(ledger.Handovers()) ?? []).SkipLast(1)];
        var problem = KeptStatement.Refuse(chain);
        var heads = chain
            .GroupBy(kept => kept.Incident)
            .Select(rows => (Incident: $"INC-{rows.Key}", Head: $"{rows.Count()}:{rows.Last().Hash}"))
            .ToList();
        var print = KeyPrint.Of(key.PublicKey);
        Output.Write(
            json,
            new PrintedLedger(
                print,
                former,
                chain.Count,
                heads.ToDictionary(head => head.Incident, head => head.Head, StringComparer.Ordinal),
                problem
            ),
            string.Join(
                Environment.NewLine,
                [
                    $"key  {print}",
                    .. former.Select(one => $"before {one}"),
                    $"rows {chain.Count}",
                    .. heads.Select(head => $"{head.Incident}  --relay-head {head.Head}"),
                    .. problem is null ? (string[])[] : [problem],
                ]
            )
        );
        return problem is null ? RelayCommand.Done : RelayCommand.NotDone;
    }
}

using System.Security.Cryptography;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.IdentityModel.Tokens;

namespace ImcBot.Bot.Tests.Export;

/// <summary>A night whose relay has signed its ledger, and can be made to lie.</summary>
internal sealed class SignedNight : IDisposable
{
    private static readonly IReadOnlyList<(Fact Fact, Decision Decision)> Night = ANight.Told;

    private readonly List<string> _statements = [];

    /// <summary>What the rows say of the relay's keys, policy and program.</summary>
    public List<string> Handovers { get; } = [];

    public const string Policy = "policy-digest",
        Program = "program-digest";

    public ECDsa Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>How many runs the night has.</summary>
    public static int Runs { get; } = Night.Count(told => told.Fact is Acted);

    public string Print => KeyPrint.Of(PublicKey(Key));

    /// <summary>What the relay would print as its head.</summary>
    public string Head => $"{_statements.Count}:{LedgerStatement.HashOf(_statements[^1])}";

    /// <summary>The entry of a run, counted from 0.</summary>
    public static int EntryOf(int run) =>
        Night.Select((told, index) => (told.Fact, Entry: index + 1)).Where(told => told.Fact is Acted).ElementAt(run).Entry;

    /// <param name="before">Told before each run is signed.</param>
    /// <param name="after">Changes what the bot takes for the run.</param>
    public IReadOnlyList<(Fact Fact, Decision Decision)> Tell(Action<int>? before = null, Func<int, Acted, Acted>? after = null)
    {
        var told = new List<(Fact, Decision)>();
        var run = 0;
        foreach (var (fact, decision) in Night)
        {
            if (fact is not Acted acted)
            {
                told.Add((fact, decision));
                continue;
            }

            before?.Invoke(run);
            var plan = Night.SelectMany(one => one.Decision.Effects).OfType<RunAction>().First(act => act.Run == acted.Report.Run).Plan;
            var signed = acted with { Report = acted.Report with { Statement = Sign(acted.Report, plan) }, RelayKey = Print };
            told.Add((after?.Invoke(run, signed) ?? signed, decision));
            run++;
        }

        return told;
    }

    /// <summary>Another key signs from now on, and the one before has signed for it.</summary>
    public void Rotate(ECDsa next)
    {
        Handovers.Add(KeyHandover.Sign(new KeyHandover(PublicKey(next), 1), Key, PublicKey(Key)));
        Key = next;
    }

    /// <summary>The next row of the ledger.</summary>
    public string Sign(Report report, string plan)
    {
        var statement = LedgerStatement.Sign(
            new LedgerRow(
                report.Run,
                plan,
                report.At - 1,
                report.At,
                LedgerRow.OutcomeOf(report),
                _statements.Count + 1,
                _statements.Count + 1,
                _statements.Count == 0 ? "" : LedgerStatement.HashOf(_statements[^1]),
                Policy,
                Program,
                Handovers.Count == 0 ? null : [.. Handovers]
            ),
            Key,
            PublicKey(Key)
        );
        _statements.Add(statement);
        return statement;
    }

    public void Dispose() => Key.Dispose();

    private static string PublicKey(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";
    }
}

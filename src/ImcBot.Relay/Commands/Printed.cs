using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Relay.Commands;

// What the commands print for programs, with --json: names and order of the members are promised.

internal sealed record PrintedCheck(
    string Check,
    IReadOnlyDictionary<string, string> With,
    Verdict Verdict,
    string Summary,
    IReadOnlyDictionary<string, string> Data
);

internal sealed record PrintedDiagnosis(string What, bool Ok, string Said);

internal sealed record PrintedEnd(bool Done);

internal sealed record PrintedEnrolment(string Relay, string Host, string Fingerprint);

internal sealed record PrintedKey(string Fingerprint);

/// <param name="Heads">Incident to the number of its rows and the newest one's hash.</param>
/// <param name="Problem">The first row that is not as it was signed.</param>
internal sealed record PrintedLedger(
    string Key,
    IReadOnlyList<string> Former,
    int Rows,
    IReadOnlyDictionary<string, string> Heads,
    string? Problem
);

internal sealed record PrintedMessage(IReadOnlyList<string> Shown, string? SenderDomain, IReadOnlyList<string> Defects);

internal sealed record PrintedPolicy(
    string File,
    bool Ok,
    string? Digest,
    Impact Highest,
    bool Shadow,
    IReadOnlyList<string> Off,
    IReadOnlyList<string> Commands
);

internal sealed record PrintedProblems(string File, bool Ok, IReadOnlyList<YamlProblem> Problems);

internal sealed record PrintedStep(string Step, string? Content);

internal sealed record PrintedTrial(string Runbook, string Digest, string Host, IReadOnlyList<PrintedTry> Tried);

internal sealed record PrintedTry(string Name, string Possible, string Said);

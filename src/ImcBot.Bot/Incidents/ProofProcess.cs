using System.Diagnostics;
using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Core.Proof;
using ImcBot.Core.Runbooks;
using ImcBot.Yaml;

namespace ImcBot.Bot.Incidents;

/// <summary>
/// Proves a runbook in a process of its own, <c>imcbot runbook check</c>, so that the memory of the proof goes with it.
/// </summary>
internal static class ProofProcess
{
    private static readonly string Program = typeof(ProofProcess).Assembly.GetName().Name!;

    /// <param name="file">The file that <paramref name="read"/> was read from.</param>
    /// <exception cref="RunbookException">It is not proved; the message names file and line.</exception>
    /// <exception cref="InvalidOperationException">The process did not come to a proof of these bytes.</exception>
    public static Proved Prove(Runbook read, string file)
    {
        var start = Own("runbook", "check", file, "--json");
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Read(said) switch
        {
            { Proved: true } proof when process.ExitCode == 0 && proof.Digest == read.Digest => new(proof.States, proof.Transitions, []),
            { Proved: true } => throw new InvalidOperationException($"{file} was changed while it was proved; start again."),
            { Problems: [_, ..] problems } => throw new RunbookException(
                file,
                [.. problems.Select(problem => new YamlProblem(new Mark(problem.Line, problem.Column), problem.Text))]
            ),
            _ => throw new InvalidOperationException(
                $"The proof of {file} broke off with exit code {process.ExitCode}; 'imcbot runbook check {file}' shows why."
            ),
        };
    }

    private static ProofAnswer? Read(string said)
    {
        try
        {
            return JsonSerializer.Deserialize<ProofAnswer>(said, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>This program again, also where a test runs it: published by itself, or by <c>dotnet</c>.</summary>
    private static ProcessStartInfo Own(params string[] arguments) =>
        Environment.ProcessPath is { } own && Path.GetFileName(own) == (OperatingSystem.IsWindows() ? $"{Program}.exe" : Program)
            ? new ProcessStartInfo(own, arguments)
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{Program}.dll"), .. arguments]);
}

/// <summary>What <c>runbook check --json</c> tells, as far as a start needs it.</summary>
internal sealed record ProofAnswer(bool Proved, string? Digest = null, int States = 0, int Transitions = 0)
{
    public IReadOnlyList<ProofProblem> Problems { get; init; } = [];
}

/// <summary>What is wrong at one place of a runbook.</summary>
internal sealed record ProofProblem(long Line, long Column, string Text);

using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <summary>A runbook that cannot be used; every problem at once, each with its line.</summary>
internal sealed class RunbookException(string file, IReadOnlyList<YamlProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{file}:{problem.At}: {problem.Text}")))
{
    public IReadOnlyList<YamlProblem> Problems { get; } = problems;
}

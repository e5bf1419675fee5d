namespace ImcBot.Core.Runbooks;

/// <summary>A runbook that cannot be used; every problem at once, each with its line.</summary>
internal sealed class RunbookException(string file, IReadOnlyList<RunbookProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{file}:{problem.Line}: {problem.Text}")))
{
    public IReadOnlyList<RunbookProblem> Problems { get; } = problems;
}

/// <summary>One problem.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record RunbookProblem(long Line, string Text);

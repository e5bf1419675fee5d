namespace ImcBot.Core.Runbooks;

/// <summary>A runbook that cannot be used; every problem at once, each with its line.</summary>
internal sealed class RunbookException(string file, IReadOnlyList<RunbookProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{file}:{problem.At}: {problem.Text}")))
{
    public IReadOnlyList<RunbookProblem> Problems { get; } = problems;
}

/// <summary>One problem.</summary>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record RunbookProblem(Mark At, string Text)
{
    public long Line => At.Line;
}

/// <summary>A place in a runbook's file; both count from 1.</summary>
internal readonly record struct Mark(long Line, long Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

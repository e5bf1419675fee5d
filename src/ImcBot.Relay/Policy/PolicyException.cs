using ImcBot.Yaml;

namespace ImcBot.Relay.Policy;

/// <summary>A policy file that cannot be used: the relay does not start with it, because half a policy is no policy.</summary>
internal sealed class PolicyException(string file, IReadOnlyList<YamlProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{file}({problem.Line}): {problem.Text}")))
{
    public IReadOnlyList<YamlProblem> Problems => problems;
}

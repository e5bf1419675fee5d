namespace ImcBot.Yaml;

/// <summary>What is wrong at one place of a file.</summary>
/// <param name="Text">What is wrong and what to do.</param>
internal sealed record YamlProblem(Mark At, string Text)
{
    public YamlProblem(long line, string text)
        : this(new Mark(line, 1), text) { }

    public long Line => At.Line;
}

/// <summary>A place in a file; both count from 1, and 0 is the file itself.</summary>
internal readonly record struct Mark(long Line, long Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

namespace ImcBot.Contracts;

/// <summary>What became of one thing that a runbook may ask of a server, when it was only tried there: nothing has changed.</summary>
/// <param name="Name">Its place in the runbook, see <see cref="RunbookCalls"/>.</param>
/// <param name="Verdict">Clear: possible. A finding: not as things are now. Failed: policy, catalog or server refuse it. Unknown: nobody
/// told.</param>
/// <param name="Said">What a check found, what a remedy would do, or why not.</param>
public sealed record Tried(string Name, Verdict Verdict, string Said)
{
    /// <summary>The verdict in a word for people.</summary>
    public string Word =>
        Verdict switch
        {
            Verdict.Clear => "possible",
            Verdict.Finding => "not now",
            Verdict.Failed => "REFUSED",
            _ => "unknown",
        };

    /// <summary>Whether the runbook can be walked on that server as far as this goes.</summary>
    public bool IsPossible => Verdict is Verdict.Clear or Verdict.Finding;

    public override string ToString() => $"{Word, -8} {Name, -28} {Said}";
}

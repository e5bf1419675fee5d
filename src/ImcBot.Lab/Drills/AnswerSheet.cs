namespace ImcBot.Lab.Drills;

/// <summary>
/// What the scripted approver answers, request by request. From a file: one answer per line (<c>approve</c>, <c>deny</c>,
/// <c>deny-stop</c>), empty lines and <c>#</c> comments aside; the last one also answers everything after it.
/// </summary>
internal sealed class AnswerSheet
{
    private static readonly Dictionary<string, string> Verbs = new(StringComparer.Ordinal)
    {
        ["approve"] = "approve",
        ["deny"] = "deny-next",
        ["deny-next"] = "deny-next",
        ["deny-stop"] = "deny-stop",
    };

    private readonly IReadOnlyList<string> _verbs;
    private int _next;

    private AnswerSheet(IReadOnlyList<string> verbs) => _verbs = verbs;

    /// <summary>True when nothing is ever approved; then the administrator does nothing by hand either.</summary>
    public bool OnlyDenies => !_verbs.Contains("approve");

    /// <summary>Reads <c>approve</c>, <c>deny</c> or a file. Throws <see cref="LabException"/> with what is wrong.</summary>
    public static AnswerSheet Read(string answers)
    {
        if (Verbs.TryGetValue(answers, out var always))
        {
            return new([always]);
        }
        if (!File.Exists(answers))
        {
            throw new LabException($"--answers is '{answers}': give approve, deny, or a file with one answer per line.");
        }
        var lines = File.ReadLines(answers)
            .Select((text, index) => (Text: text.Split('#')[0].Trim(), Line: index + 1))
            .Where(line => line.Text.Length > 0)
            .ToArray();
        if (lines.Length == 0)
        {
            throw new LabException($"{answers} holds no answer: write approve, deny or deny-stop, one per line.");
        }
        var wrong = lines.FirstOrDefault(line => !Verbs.ContainsKey(line.Text));
        return wrong.Text is null
            ? new([.. lines.Select(line => Verbs[line.Text])])
            : throw new LabException($"{answers}({wrong.Line}): '{wrong.Text}' is no answer: write approve, deny or deny-stop.");
    }

    /// <summary>The verb that answers the next request.</summary>
    public string Next() => _verbs[Math.Min(_next++, _verbs.Count - 1)];
}

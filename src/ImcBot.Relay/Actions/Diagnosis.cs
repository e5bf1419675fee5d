namespace ImcBot.Relay.Actions;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">A word for it, such as <c>registry</c>.</param>
/// <param name="Said">A sentence: what is there, or what is wrong and what to do.</param>
internal sealed record Diagnosis(string What, bool Well, string Said)
{
    public static Diagnosis Good(string what, string said) => new(what, true, said);

    public static Diagnosis Bad(string what, string said) => new(what, false, said);
}

namespace ImcBot.Lab;

/// <summary>Something the person at the command line can put right; the message is the whole story, printed without a stack.</summary>
internal sealed class LabException(string message) : Exception(message)
{
    /// <summary>
    /// What the program ends with: 1 when something could not be done, <see cref="WrongUse"/> when it cannot be done as it was asked for.
    /// </summary>
    public int ExitCode { get; init; } = 1;

    public const int WrongUse = 2;
}

namespace ImcBot.Lab;

/// <summary>This machine cannot do what was asked, through nobody's fault; the message says what is missing.</summary>
internal sealed class SkippedException(string message) : Exception(message)
{
    /// <summary>How a program ends that was asked for it.</summary>
    public const int ExitCode = 77;
}

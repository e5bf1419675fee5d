namespace ImcBot.Lab;

/// <summary>Something the person at the command line can put right; the message is the whole story, printed without a stack.</summary>
internal sealed class LabException(string message) : Exception(message);

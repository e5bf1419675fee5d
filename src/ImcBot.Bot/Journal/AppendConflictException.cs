namespace ImcBot.Bot.Journal;

/// <summary>Somebody else appended first, or the subject already has its one open incident: read again and decide again.</summary>
internal sealed class AppendConflictException(string message, Exception? inner = null) : Exception(message, inner);

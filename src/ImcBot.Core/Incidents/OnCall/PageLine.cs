using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>A page and what became of it.</summary>
/// <param name="To">Object id of the one who was meant, or null.</param>
/// <param name="At">When it went out, Unix microseconds.</param>
internal sealed record PageLine(int Number, string Role, string? To, QuestionId Question, long At)
{
    /// <summary>Whether the paging service took it; null when it has not been told, or no service is set up for the role.</summary>
    public bool? IsSent { get; init; }

    /// <summary>The paging service did not say that it took it and may have heard it all the same.</summary>
    public bool IsUnsure { get; init; }

    /// <summary>Who acknowledged it, as the paging service names them.</summary>
    public Sealed SeenBy { get; init; }

    /// <summary>When, Unix microseconds; null while nobody has.</summary>
    public long? SeenAt { get; init; }
}

using ImcBot.Contracts;

namespace ImcBot.Core.Incidents;

/// <summary>A page and what became of it.</summary>
/// <param name="To">Object id of the one who was meant, or null.</param>
/// <param name="IsSent">Whether the paging service took it; null when it has not been told, or no service is set up for the role.</param>
/// <param name="IsUnsure">The paging service did not say that it took it and may have heard it all the same.</param>
/// <param name="SeenBy">Who acknowledged it, as the paging service names them.</param>
internal sealed record PageLine(
    int Number,
    string Role,
    string? To,
    QuestionId Question,
    long At,
    bool? IsSent = null,
    Sealed SeenBy = default,
    long? SeenAt = null,
    bool IsUnsure = false
);

using ImcBot.Contracts;

namespace ImcBot.Bot.Relays;

/// <summary>A host with its confirmed relay.</summary>
/// <param name="IsAssumed">The relay has not said hello yet: the profile is the most patient one.</param>
/// <param name="Subjects">What its settings list; null where they list none.</param>
internal sealed record RelayHost(string Host, string Relay, HostProfile Profile, bool IsAssumed, IReadOnlyList<Subject>? Subjects = null);

using ImcBot.Contracts;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Actions;

/// <summary>What an action needs of the operating system, from what its catalog entry says that it touches.</summary>
internal static class Needs
{
    public static IReadOnlyList<Right> Of(IReadOnlyList<Trait> traits) =>
        [
            .. traits.Say(Trait.Files) || traits.Say(Trait.Items) ? new[] { Right.Files, Right.Processes } : [],
            .. traits.Say(Trait.StopsService) || traits.Say(Trait.StartsService) ? new[] { Right.Services } : [],
        ];
}

using System.Text.Json;
using ImcBot.Bot.Chat;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>The commands that Teams offers while people type are commands that the bot understands, with the words it uses itself.</summary>
public sealed class What_the_app_package_offers
{
    public static TheoryData<string, string> Commands
    {
        get
        {
            using var manifest = JsonDocument.Parse(File.ReadAllText(Repository.Path("manifests/teams/manifest.json")));
            var offered = manifest.RootElement.GetProperty("bots")[0].GetProperty("commandLists").EnumerateArray()
                .SelectMany(list => list.GetProperty("commands").EnumerateArray())
                .Select(command => (command.GetProperty("title").GetString()!, command.GetProperty("description").GetString()!));
            return [.. offered.Distinct()];
        }
    }

    [Theory, MemberData(nameof(Commands))]
    public void A_command_of_the_menu_is_understood(string title, string description)
    {
        Assert.True(Understands(Typed(title, description)), $"'{Typed(title, description)}' is not understood.");
        Assert.False(Understands("x" + title));
    }

    [Fact]
    public void What_only_administrators_may_is_offered_in_private_alone()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Repository.Path("manifests/teams/manifest.json")));
        foreach (var list in manifest.RootElement.GetProperty("bots")[0].GetProperty("commandLists").EnumerateArray())
        {
            var isPrivate = list.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).SequenceEqual(["personal"]);
            Assert.True(isPrivate || !list.GetProperty("commands").EnumerateArray().Any(command => command.GetProperty("title").GetString()!.StartsWith(Vocabulary.Relay, StringComparison.Ordinal)));
        }
    }

    /// <summary>What people type: the title, or the example at the description's end.</summary>
    private static string Typed(string title, string description) =>
        description.LastIndexOf(title + " ", StringComparison.Ordinal) is >= 0 and var example ? description[example..] : title;

    private static bool Understands(string text) => Spoken.Read(text, isAddressed: true) is not (Mistaken or Talk)
        && (Spoken.Read(text, isAddressed: true) is not Ordered { Verb: CommandVerb.Help } || text == "help");
}

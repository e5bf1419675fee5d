using System.Diagnostics;
using System.Text.Json;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Chat;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Xunit;

namespace ImcBot.Bot.Tests.Chat;

/// <summary>
/// The commands that Teams offers while people type are commands that the bot understands, with the words it uses itself.
/// </summary>
public sealed class What_the_app_package_offers
{
    public static TheoryData<string, string> Commands
    {
        get
        {
            using var manifest = JsonDocument.Parse(File.ReadAllText(Repository.Path("manifests/teams/manifest.json")));
            var offered = manifest
                .RootElement.GetProperty("bots")[0]
                .GetProperty("commandLists")
                .EnumerateArray()
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
            Assert.True(
                isPrivate
                    || !list.GetProperty("commands")
                        .EnumerateArray()
                        .Any(command => command.GetProperty("title").GetString()!.StartsWith(Vocabulary.Relay, StringComparison.Ordinal))
            );
        }
    }

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("https://example.com/imcbot", "is a placeholder")]
    [InlineData("https://www.Example.org", "is a placeholder")]
    [InlineData("http://contoso.test/imcbot", "is not an https address")]
    [InlineData("https://contoso.test/example.com", null)]
    [InlineData("https://example.com.contoso.test/", null)]
    public async Task The_package_is_made_with_a_page_of_ones_own_alone(string? website, string? refusal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The package is made by a shell script.");
        var package = Path.Combine(Directory.CreateTempSubdirectory("imcbot-").FullName, "app.zip");
        var start = new ProcessStartInfo(
            "bash",
            [
                Repository.Path("manifests/teams/package"),
                "11111111-0000-0000-0000-000000000001",
                "--out",
                package,
                .. website is null ? [] : new[] { "--website", website },
            ]
        )
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        using var made = Process.Start(start)!;
        var error = await made.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((refusal is null ? 0 : 2, refusal is null), (made.ExitCode, File.Exists(package)));
        Assert.Contains(refusal ?? "", error, StringComparison.Ordinal);
    }

    /// <summary>What people type: the title, or the example at the description's end.</summary>
    private static string Typed(string title, string description) =>
        description.LastIndexOf(title + " ", StringComparison.Ordinal) is >= 0 and var example ? description[example..] : title;

    private static bool Understands(string text) =>
        ChatCommand.Read(text, isAddressed: true, Some.Responder) is not (Mistaken or Talk)
        && (ChatCommand.Read(text, isAddressed: true, Some.Responder) is not Ordered { Verb: CommandVerb.Help } || text == "help");
}

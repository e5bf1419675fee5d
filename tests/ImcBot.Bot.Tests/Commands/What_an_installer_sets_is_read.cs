using System.Text;
using System.Text.RegularExpressions;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Commands;
using ImcBot.Bot.Entra;
using ImcBot.Bot.OnCall;
using ImcBot.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ImcBot.Bot.Tests.Commands;

/// <summary>
/// Every setting that the template, the container file, the unit, the sample and the operator's text name is one that the bot has.
/// </summary>
public sealed partial class What_an_installer_sets_is_read
{
    private static readonly string[] OfTheHost = ["Urls", "Logging", "AllowedHosts"];

    public static TheoryData<string> Files =>
        ["infra/azure/main.bicep", "infra/container/Dockerfile", "infra/linux/imcbot.sample.json", "infra/README.md"];

    [Theory, MemberData(nameof(Files))]
    public void Environment_names_bind(string file)
    {
        var names = Name()
            .Matches(File.ReadAllText(Repository.Path(file)))
            .Select(name => name.Value)
            .Distinct(StringComparer.Ordinal)
            .ToArray();

        Assert.NotEmpty(names);
        Assert.Empty(names.Select(Problem).OfType<string>());
    }

    /// <summary>The unit opens these folders and nothing else.</summary>
    [Fact]
    public void The_sample_keeps_everything_in_the_folders_of_the_unit()
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Repository.Path("infra/linux/imcbot.sample.json"))
            .Build()
            .GetSection(BotOptions.Section)
            .Get<BotOptions>()!;
        var unit = File.ReadAllLines(Repository.Path("infra/linux/imcbot.service"));
        var folders = unit.Single(line => line.StartsWith("StateDirectory=", StringComparison.Ordinal))["StateDirectory=".Length..]
            .Split(' ')
            .Select(name => $"/var/lib/{name}")
            .ToArray();

        Assert.Contains(settings.Data, folders);
        Assert.All(
            new[] { settings.JournalKeyFile, settings.GrantKeyFile, settings.LinkKeyFile },
            key => Assert.Contains(Path.GetDirectoryName(key), folders)
        );
        Assert.DoesNotContain(
            unit,
            line =>
                line.StartsWith("Environment=IMCBOT__", StringComparison.Ordinal)
                && Problem(line["Environment=".Length..].Split('=')[0]) is not null
        );
    }

    [Theory]
    [InlineData("IMCBOT__BOT__CONECTIONSTRING")]
    [InlineData("IMCBOT__CHANEL__APPID")]
    [InlineData("IMCBOT__CHANNEL__CREDENTIAL__KINDS")]
    [InlineData("IMCBOT__ONCALL__ROLE__on-call__0")]
    public void A_misspelt_name_is_found(string name) => Assert.NotNull(Problem(name));

    [Fact]
    public void The_sample_binds_also_with_what_stands_in_its_comments()
    {
        var sample = File.ReadAllText(Repository.Path("infra/linux/imcbot.sample.json"));
        var everything = Uncommented().Replace(sample, "$1");

        Assert.True(everything.Count(sign => sign == '/') < sample.Count(sign => sign == '/'));
        foreach (var text in new[] { sample, everything })
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            Assert.Null(Problem(new ConfigurationBuilder().AddJsonStream(stream).Build()));
        }
    }

    /// <summary>Why the bot would not read it, or null. What stands in ${} is set at deployment.</summary>
    private static string? Problem(string name)
    {
        var key = name["IMCBOT__".Length..]
            .Replace("${role.key}", "on-call", StringComparison.Ordinal)
            .Replace("${index}", "0", StringComparison.Ordinal)
            .Replace("__", ":", StringComparison.Ordinal);
        return Problem(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"1")]).Build());
    }

    private static string? Problem(IConfiguration settings)
    {
        try
        {
            foreach (
                var section in settings.GetChildren().Where(section => !OfTheHost.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            )
            {
                section.Bind(OptionsOf(section.Key), static binder => binder.ErrorOnUnknownConfiguration = true);
            }

            return null;
        }
        catch (InvalidOperationException unknown)
        {
            return unknown.Message;
        }
    }

    private static object OptionsOf(string section) =>
        section.ToLowerInvariant() switch
        {
            "bot" => new BotOptions(),
            "channel" => new ChannelOptions(),
            "oncall" => new OnCallOptions(),
            "alerts" => new AlertOptions(),
            "entra" => new EntraOptions(),
            "decide" => new DecideOptions(),
            _ => throw new InvalidOperationException($"The bot has no section '{section}'."),
        };

    [GeneratedRegex(@"IMCBOT__(?:[A-Za-z0-9_-]|\$\{[a-z.]+\})+")]
    private static partial Regex Name();

    [GeneratedRegex("""// (,? ?"[A-Z])""")]
    private static partial Regex Uncommented();
}

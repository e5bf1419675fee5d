using System.CommandLine;
using Azure.Identity;
using ImcBot.Bot.Endpoints;

namespace ImcBot.Bot.Commands;

/// <summary>
/// Where <c>imcbot decide</c> and <c>imcbot runbook check --relay</c> sign in and ask. Section <c>Decide</c>; on the bot's own host most of
/// it is what the bot is configured with.
/// </summary>
internal sealed class DecideOptions
{
    public const string Section = "Decide";

    /// <summary>Address of the bot. Default: <c>Bot:PublicUrl</c>.</summary>
    public Uri? Bot { get; set; }

    /// <summary>Id of the Entra tenant. Default: <c>Entra:TenantId</c>, then <c>Channel:TenantId</c>.</summary>
    public string? Tenant { get; set; }

    /// <summary>App id of the public client that people sign in with.</summary>
    public string? Client { get; set; }

    /// <summary>What the bot's <c>Entra:Audience</c> says.</summary>
    public string? Audience { get; set; }

    /// <summary>Entra's address; sovereign clouds have their own.</summary>
    public Uri Authority { get; set; } = AzureAuthorityHosts.AzurePublicCloud;

    /// <summary>The scope that the sign-in asks for.</summary>
    public string Scope =>
        $"{(Audience!.StartsWith("api://", StringComparison.Ordinal) ? Audience : $"api://{Audience}")}/{EntraPeople.Scope}";

    /// <summary>
    /// Adds them to a command as its options; what it returns reads them, and where they are not given the bot's settings.
    /// </summary>
    public static Func<ParseResult, DecideOptions> AddTo(Command command)
    {
        Option<string?>[] settings =
        [
            new("--bot") { Description = "Address of the bot (Decide:Bot)." },
            new("--tenant") { Description = "Id of the Entra tenant (Decide:Tenant)." },
            new("--client") { Description = "App id of the public client that people sign in with (Decide:Client)." },
            new("--audience") { Description = "What the bot's Entra:Audience says (Decide:Audience)." },
            new("--authority") { Description = "Entra's address; sovereign clouds have their own (Decide:Authority)." },
        ];
        Array.ForEach(settings, command.Options.Add);
        return parsed =>
            Read(
                BotCommand.ConfigurationOf(
                    parsed,
                    [.. settings.SelectMany(option => BotCommand.Setting($"{Section}:{option.Name[2..]}", parsed.GetValue(option)))]
                )
            );
    }

    public static DecideOptions Read(IConfiguration settings)
    {
        var options = new DecideOptions();
        settings.GetSection(Section).Bind(options);
        options.Bot ??= settings.GetValue<Uri?>("Bot:PublicUrl");
        options.Tenant ??= settings["Entra:TenantId"] ?? settings["Channel:TenantId"];
        options.Audience ??= settings["Entra:Audience"];
        return options;
    }

    /// <summary>Everything that is wrong, each a sentence.</summary>
    public IEnumerable<string> Problems()
    {
        string?[] problems =
        [
            !Bot.IsSafe() ? "--bot (Decide:Bot) must be the https address of the bot; http is only for one on this machine." : null,
            string.IsNullOrEmpty(Tenant) ? "--tenant (Decide:Tenant) is missing: the id of the Entra tenant." : null,
            string.IsNullOrEmpty(Client)
                ? "--client (Decide:Client) is missing: the app id of the public client that people sign in with."
                : null,
            string.IsNullOrEmpty(Audience) ? "--audience (Decide:Audience) is missing: what the bot's Entra:Audience says." : null,
        ];
        return problems.OfType<string>();
    }
}

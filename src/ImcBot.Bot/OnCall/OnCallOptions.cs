using Microsoft.Extensions.Options;

namespace ImcBot.Bot.OnCall;

/// <summary>Who holds which role, by Entra object id. Section <c>OnCall</c>.</summary>
internal sealed class OnCallOptions
{
    public const string Section = "OnCall";

    /// <summary>Object ids by role: <c>on-call</c>, <c>lead</c>, <c>security</c>, <c>ops-lead</c>, <c>administrator</c>.</summary>
    public IDictionary<string, string[]> Roles { get; } = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>The roles there are.</summary>
internal static class Role
{
    public const string OnCall = "on-call", Lead = "lead", Security = "security", OpsLead = "ops-lead", Administrator = "administrator";

    public static IReadOnlyList<string> All { get; } = [OnCall, Lead, Security, OpsLead, Administrator];
}

/// <summary>Says everything that is wrong with the roles at once.</summary>
internal sealed class OnCallOptionsValidator : IValidateOptions<OnCallOptions>
{
    public ValidateOptionsResult Validate(string? name, OnCallOptions options)
    {
        var problems = Problems(options).ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(OnCallOptions options)
    {
        foreach (var role in options.Roles.Keys.Except(Role.All, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"OnCall:Roles has '{role}', which is no role: use {string.Join(", ", Role.All)}.";
        }

        foreach (var role in new[] { Role.OnCall, Role.Administrator }.Where(role => options.Roles.TryGetValue(role, out var people) is false || people.Length == 0))
        {
            yield return $"OnCall:Roles:{role} is empty: list the Entra object id of at least one person.";
        }

        foreach (var (role, person) in options.Roles.SelectMany(pair => pair.Value.Select(person => (pair.Key, person))).Where(entry => string.IsNullOrWhiteSpace(entry.person)))
        {
            yield return $"OnCall:Roles:{role} has an empty object id ('{person}'): remove it or fill it in.";
        }
    }
}

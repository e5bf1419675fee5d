using System.Text.RegularExpressions;
using ImcBot.Contracts;
using Microsoft.Extensions.Configuration;

namespace ImcBot.Relay;

/// <summary>Settings <c>subjects:…</c>: what runbooks are about on this host.</summary>
internal static partial class SubjectSettings
{
    private static readonly string[] Known = ["name", "runbook", "service", "url", "parameters"];

    /// <summary>
    /// Reads them; what is wrong with them is added to the errors. Null where none is listed: then the bot takes every runbook it has.
    /// </summary>
    public static IReadOnlyList<Subject>? Read(IConfiguration settings, ICollection<string> errors)
    {
        var read = settings
            .GetSection("subjects")
            .GetChildren()
            .OrderBy(entry => int.TryParse(entry.Key, out var number) ? number : int.MaxValue)
            .Select(entry => Read(entry, errors))
            .ToList();
        foreach (
            var twice in read.GroupBy(subject => subject.Name, StringComparer.OrdinalIgnoreCase)
                .Where(same => same.Key.Length > 0 && same.Count() > 1)
        )
        {
            errors.Add(
                $"subjects: {twice.Count()} of them are called '{twice.Key}'; people say 'open HOST {twice.Key}', so give each a "
                    + "name of its own."
            );
        }

        return read.Count == 0 ? null : read;
    }

    private static Subject Read(IConfigurationSection entry, ICollection<string> errors)
    {
        var subject = new Subject(
            entry["name"] ?? "",
            entry["runbook"] ?? "",
            entry["service"],
            entry["url"],
            entry
                .GetSection("parameters")
                .GetChildren()
                .ToDictionary(value => value.Key, value => value.Value ?? "", StringComparer.Ordinal)
        );
        foreach (var key in entry.GetChildren().Select(child => child.Key).Except(Known, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"{entry.Path}:{key}: there is no such setting; a subject takes {string.Join(", ", Known)}.");
        }

        if (!NameForm().IsMatch(subject.Name))
        {
            errors.Add($"{entry.Path}:name: '{subject.Name}' cannot be typed as one word; use 1 to 40 letters, digits and . _ - @.");
        }

        if (subject.Runbook.Length == 0)
        {
            errors.Add($"{entry.Path}:runbook: it is missing; set it to the id of a runbook of the bot, such as Q317653.");
        }

        if (subject.Service is { } service && !ArgumentForms.Fits(ArgumentKind.Service, service))
        {
            errors.Add($"{entry.Path}:service: '{service}' is not the name of a service; write it like MSExchangeIMC or nginx.service.");
        }

        if (subject.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            errors.Add($"{entry.Path}:url: '{url}' is no address; write it like http://127.0.0.1:8080/health.");
        }

        return subject;
    }

    [GeneratedRegex("^[A-Za-z0-9._@-]{1,40}$")]
    private static partial Regex NameForm();
}

using System.Globalization;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>
/// Shows the headers of a held message to the one person who asked. That they asked is in the journal; what they saw is nowhere.
/// </summary>
internal sealed class Headers(EphemeralJobs jobs, IChannel channel, ILogger<Headers> log)
{
    private const int Longest = 6000;

    /// <summary>The message that <c>messages headers 12</c> means, or null.</summary>
    public static int? Asked(Incident incident, string argument)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is not [var verb, var which] || !verb.Equals("headers", StringComparison.OrdinalIgnoreCase)
            ? null
            : incident
                .Search?.Manifest?.Weighed.FirstOrDefault(message => message.Name.Equals(which, StringComparison.OrdinalIgnoreCase))
                ?.Index
                ?? (int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : null);
    }

    /// <summary>Asks the relay and tells the person, in their own chat; also when they cannot be asked for. Never fails.</summary>
    public async Task TellAsync(Incident incident, int message, string personId, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await ReadAsync(incident, message, cancellationToken);
        }
        catch (Exception exception)
        {
            log.LogError(exception, "The relay could not be asked for headers of {Incident}", incident.Name);
            text = "The headers could not be asked for. Ask again.";
        }

        try
        {
            await channel.TellAsync(
                personId,
                new Message($"{incident.Name}, {incident.Words.Item} {message + 1}:\n{Words.Clean(text, Longest)}", IsPlain: true),
                cancellationToken
            );
        }
        catch (Exception exception)
        {
            log.LogWarning("Headers asked for in {Incident} did not reach who asked: {Reason}", incident.Name, exception.Message);
        }
    }

    private async Task<string> ReadAsync(Incident incident, int message, CancellationToken cancellationToken)
    {
        var check = Catalog.CallOf(
            Purpose.Headers,
            (CallArguments.Question, incident.Search!.HeldBy.ToString()),
            (CallArguments.Item, message.ToString(CultureInfo.InvariantCulture))
        );
        var report = await jobs.AskAsync(
            incident.Relay,
            incident.Number,
            new Job(default, JobKind.Check, check),
            EphemeralJobs.Patience,
            cancellationToken
        );
        return report switch
        {
            { Verdict: Verdict.Clear } => report.Data.GetValueOrDefault("headers") is { Length: > 0 } headers
                ? headers
                : $"The {incident.Words.Item} has no headers.",
            null => "The relay did not answer. Ask again.",
            _ => report.Summary,
        };
    }
}

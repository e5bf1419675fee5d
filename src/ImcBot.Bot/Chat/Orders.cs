using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Commands to an incident: what only asks is answered from it, everything else is a fact.</summary>
internal sealed class Orders(IIncidents incidents, Headers headers, OnCallRoster roster, Signers signers)
{
    /// <summary>Null where people say so to each other as well, and nobody has mentioned the bot.</summary>
    public async Task<Reply?> DoAsync(Heard heard, Ordered ordered, Person by, CancellationToken cancellationToken)
    {
        if (
            ordered is { Verb: CommandVerb.OnIt }
            && heard is { Click: null, IsAddressed: false, IsPersonal: false }
            && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is not { Request.IsSeen: false }
        )
        {
            // People say so to each other as well.
            return null;
        }

        var incident = await MeantAsync(heard, ordered.Incident, cancellationToken);
        switch (ordered.Verb)
        {
            case CommandVerb.Status:
                return Replies.Status(incident);
            case CommandVerb.Why:
                return Replies.Why(incident);
            case CommandVerb.Messages when ordered.Argument.Length == 0:
                return Replies.Messages(incident);
            case CommandVerb.Note:
                return await NoteAsync(incident, ordered.Argument, by, heard.Message, cancellationToken);
            case CommandVerb.Ask
                when ordered.Argument.Length > 0
                    && Choices.Read(incident, ordered.Argument) is null
                    && heard is { Click: null, IsAddressed: false, IsPersonal: false }:
                return null;
            default:
                var choice =
                    ordered.Verb is CommandVerb.Ask && ordered.Argument.Length > 0
                        ? Choices.Read(incident, ordered.Argument) ?? throw new Unclear(Replies.Askable(incident, ordered.Argument))
                        : (Choice?)null;
                var other =
                    ordered.Verb is CommandVerb.Hand or CommandVerb.Review or CommandVerb.FollowUp ? Other(heard)
                    : ordered.Verb is CommandVerb.Redact
                    && int.TryParse(ordered.Argument, NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
                    && await incidents.AuthorOfAsync(incident.Number, entry, cancellationToken) == by.Id
                        ? by
                    : null;
                var decision = await incidents.TellAsync(
                    incident.Number,
                    at => new Commanded(at, ordered.Verb, by, ordered.Question, ordered.Argument, other, choice),
                    cancellationToken
                );
                return Replies.Declined(decision)
                    ?? Private(decision.Incident, ordered, by)
                    ?? await ToldAsync(ordered.Verb, heard, decision, cancellationToken);
        }
    }

    private async Task<Reply> NoteAsync(Incident incident, string argument, Person by, string? message, CancellationToken cancellationToken)
    {
        var (when, text) = NoteTime.Read(argument);
        var noted = new Noted(0, by, text, IsNote: true, null, message);
        var told = await incidents.TellAsync(
            incident.Number,
            at => noted = noted with { At = at, Done = when?.In(incident, at) },
            cancellationToken
        );
        return new Reply(
            told.Declined is { } why ? $"{why} The note was not kept."
            : noted.Done is { } done ? $"Noted as reported, not observed: done {Moment.Utc(done)}, {Summary.Length(done, noted.At)} ago."
            : "Noted."
        );
    }

    /// <summary>Headers go to the asker alone, when the relay has told them; the channel only hears that they were asked for.</summary>
    private Reply? Private(Incident incident, Ordered ordered, Person by)
    {
        if (ordered.Verb is not CommandVerb.Messages || Headers.Asked(incident, ordered.Argument) is not { } message)
        {
            return null;
        }

        _ = headers.TellAsync(incident, message, by.Id, CancellationToken.None);
        return new Reply("The headers come to you privately. That you asked is kept, what they say is not.");
    }

    /// <summary>The incident that is meant: by number, by thread, or the only open one.</summary>
    private async Task<Incident> MeantAsync(Heard heard, int? number, CancellationToken cancellationToken)
    {
        if (number is { } named)
        {
            return await incidents.FindAsync(named, cancellationToken) ?? throw new Unclear($"There is no incident INC-{named}.");
        }

        if (await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is { } here)
        {
            return here;
        }

        var open = await incidents.ListOpenAsync(cancellationToken);
        return open.Count switch
        {
            1 => open[0],
            0 => throw new Unclear("No incident is open. 'open HOST' opens one."),
            _ => throw new Unclear(
                $"Say which: {string.Join(", ", open.Take(10).Select(incident => $"{incident.Name} ({incident.Label})"))}."
            ),
        };
    }

    private Person? Other(Heard heard) =>
        heard.Mentioned is [var mentioned, ..] ? new Person(mentioned.Id, mentioned.Name, roster.RolesOf(mentioned.Id)) : null;

    /// <summary>What it came to; nothing where the thread in which it was typed is told so anyway.</summary>
    private async Task<Reply> ToldAsync(CommandVerb verb, Heard heard, Decision decision, CancellationToken cancellationToken)
    {
        if (heard.Click is null && heard.Thread == decision.Incident.Thread && Told.InThread(verb, decision) is not null)
        {
            return Reply.None;
        }

        var asked = decision.Incident.Request;
        return new Reply(Told.Of(verb, decision, asked is null ? null : await signers.NamesAsync(asked, cancellationToken)));
    }
}

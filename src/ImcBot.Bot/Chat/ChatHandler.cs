using System.Globalization;
using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Delivery;
using ImcBot.Bot.Export;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Bot.Relays;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>Turns what members of the team say and click into facts, and answers what only asks.</summary>
internal sealed class ChatHandler(
    IIncidents incidents,
    RelayAdministration administration,
    Headers headers,
    OnCallRoster duty,
    MentionMode hearing,
    FigureCounter? figures = null,
    RelayRegister? relays = null,
    Signers? signers = null,
    BotOptions? options = null
) : IChatHandler
{
    private const int LongestAttempt = 200;

    public async Task<Reply> HearAsync(Heard heard, CancellationToken cancellationToken)
    {
        try
        {
            var by = Person(heard.By);
            if (heard.IsElsewhere && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is null)
            {
                return ChatCommand.Of(heard) is Talk
                    ? Reply.None
                    : new Reply(
                        "Here others than my team may read. Ask in the incident's thread, in a channel of my team, or in your "
                            + "private chat with me."
                    );
            }

            return heard.Click is { IsRefresh: true } or { Verb: Vocabulary.View }
                ? await RedrawAsync(heard.Click, heard.By, cancellationToken)
                : await DoAsync(heard, await UnderstandAsync(heard, cancellationToken), by, cancellationToken);
        }
        catch (Unclear unclear)
        {
            return new Reply(Words.Escape(unclear.Message, 1000));
        }
        catch (KeyNotFoundException missing)
        {
            return new Reply(Words.Escape(missing.Message, 1000));
        }
    }

    public async Task ForgetAsync(string thread, string message, bool isChanged, CancellationToken cancellationToken)
    {
        // A note with an incident's number may have been typed anywhere.
        IReadOnlyList<Incident> where = await incidents.FindByThreadAsync(thread, cancellationToken) is { } here
            ? [here]
            : await incidents.ListOpenAsync(cancellationToken);
        foreach (var incident in where)
        {
            foreach (var entry in await incidents.EntriesOfAsync(incident.Number, message, cancellationToken))
            {
                await incidents.TellAsync(incident.Number, at => new Unsaid(at, entry, isChanged), cancellationToken);
            }
        }
    }

    public async Task ChangeChannelAsync(bool isHere, string by, CancellationToken cancellationToken)
    {
        foreach (var incident in await incidents.ListOpenAsync(cancellationToken))
        {
            await incidents.TellAsync(incident.Number, at => new ChannelChanged(at, isHere, by), cancellationToken);
        }
    }

    public async Task RefuseAsync(Heard heard, string why, CancellationToken cancellationToken)
    {
        var question = QuestionId.TryParse(heard.Click?["question"], out var asked) ? asked : default;
        var named = heard.Click is { } click ? Number(click, question) : null;
        if (
            (
                named is { } number
                    ? await incidents.FindAsync(number, cancellationToken)
                    : await incidents.FindByThreadAsync(heard.Thread, cancellationToken)
            ) is
            { } incident
        )
        {
            var what = heard.Click is { } tried ? $"{tried.Verb} {(question == default ? "" : question.Short)}".Trim() : heard.Text;
            await incidents.TellAsync(
                incident.Number,
                at => new Refused(at, $"{heard.By.Name} ({heard.By.Id})", Words.Clean(what, LongestAttempt), why),
                cancellationToken
            );
        }
    }

    /// <summary>What was said; a subject's own word for the items of its queue stands for <c>messages</c> in its thread.</summary>
    private async Task<ChatCommand> UnderstandAsync(Heard heard, CancellationToken cancellationToken)
    {
        var spoken = ChatCommand.Of(heard);
        if (
            spoken is not (Talk or Mistaken)
            || heard is not { Click: null, Attached: null, IsChanged: false }
            || await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is not { } incident
        )
        {
            return spoken;
        }

        var said = heard.Text.TrimStart();
        var word = new[] { incident.Words.Items, incident.Words.Item }.FirstOrDefault(word =>
            said.StartsWith(word, StringComparison.OrdinalIgnoreCase) && said[word.Length..] is "" or [' ', ..]
        );
        return
            word is not null
            && ChatCommand.Of(heard with { Text = Vocabulary.WordOf(CommandVerb.Messages) + said[word.Length..] }) is Ordered ordered
            ? ordered
            : spoken;
    }

    private Task<Reply> DoAsync(Heard heard, ChatCommand spoken, Person by, CancellationToken cancellationToken) =>
        spoken switch
        {
            Answered answered => VoteAsync(heard, answered, by, cancellationToken),
            Ordered { Verb: CommandVerb.Help } => Task.FromResult(Replies.Help(hearing.Sentence)),
            Ordered ordered => OrderAsync(heard, ordered, by, cancellationToken),
            Lists => ListAsync(cancellationToken),
            Opens opens => OpenAsync(opens, by, cancellationToken),
            Counts counts => CountAsync(counts, cancellationToken),
            Relaying asked => administration.DoAsync(
                asked,
                by,
                heard.Click is null ? null
                    : heard.Card is { } card ? new Sent(heard.Thread, card, false)
                    : null,
                cancellationToken
            ),
            Mistaken mistaken => MistakeAsync(heard, mistaken, by, cancellationToken),
            Talk talk => UnreadAsync(heard, talk, by, cancellationToken),
            _ => TalkAsync(heard, by, cancellationToken),
        };

    private async Task<Reply> VoteAsync(Heard heard, Answered answered, Person by, CancellationToken cancellationToken)
    {
        // A click answers the plan that its card showed; typed words answer the plan that stands now.
        var shown = heard.Click is { } click ? click["plan"] ?? "" : null;
        var ballot = await Ballot.CastAsync(incidents, answered, by, shown, cancellationToken);
        return new Reply(Words.Escape(ballot.Words, 1000));
    }

    private async Task<Reply> OrderAsync(Heard heard, Ordered ordered, Person by, CancellationToken cancellationToken)
    {
        if (
            ordered is { Verb: CommandVerb.OnIt }
            && heard is { Click: null, IsAddressed: false, IsPersonal: false }
            && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is not { Request.IsSeen: false }
        )
        {
            // People say so to each other as well.
            return await TalkAsync(heard, by, cancellationToken);
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
                var (when, text) = NoteTime.Read(ordered.Argument);
                await incidents.TellAsync(
                    incident.Number,
                    at => new Noted(at, by, text, IsNote: true, when is { } time ? NoteTime.Before(at, time) : null, heard.Message),
                    cancellationToken
                );
                return new Reply(when is null ? "Noted." : "Noted as reported, not observed.");
            case CommandVerb.Ask
                when ordered.Argument.Length > 0
                    && Choices.Read(incident, ordered.Argument) is null
                    && heard is { Click: null, IsAddressed: false, IsPersonal: false }:
                return await TalkAsync(heard, by, cancellationToken);
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
                return Declined(decision) ?? Private(decision.Incident, ordered, by) ?? Taken(ordered.Verb, heard, decision.Incident);
        }
    }

    private async Task<Reply> ListAsync(CancellationToken cancellationToken) =>
        Replies.Open(await incidents.ListOpenAsync(cancellationToken));

    private async Task<Reply> CountAsync(Counts counts, CancellationToken cancellationToken)
    {
        var counted = figures is null
            ? throw new Unclear("No journal is here to count from.")
            : await figures.CountAsync(counts.Days, cancellationToken);
        return new Reply(null, CardJson.Write(lines => StatsCard.Draw(counted, lines)));
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

    private async Task<Reply> OpenAsync(Opens opens, Person by, CancellationToken cancellationToken)
    {
        var decision = await incidents.OpenManuallyAsync(opens.Host, opens.Subject, by, cancellationToken);
        return Declined(decision) ?? new Reply($"{decision.Incident.Name} is open for {Words.Escape(decision.Incident.Label, 80)}.");
    }

    private async Task<Reply> MistakeAsync(Heard heard, Mistaken mistaken, Person by, CancellationToken cancellationToken)
    {
        await TalkAsync(heard, by, cancellationToken);
        throw new Unclear(mistaken.Sentence);
    }

    /// <summary>A yes or no that could not be read is answered while a request waits for one.</summary>
    private async Task<Reply> UnreadAsync(Heard heard, Talk talk, Person by, CancellationToken cancellationToken)
    {
        await TalkAsync(heard, by, cancellationToken);
        if (talk.Answer is { } word)
        {
            var here = await incidents.FindByThreadAsync(heard.Thread, cancellationToken);
            IReadOnlyList<Incident> near = here is null ? await incidents.ListOpenAsync(cancellationToken) : [here];
            if (near.Select(incident => incident.Request).OfType<Change>().FirstOrDefault() is { } open)
            {
                throw new Unclear(ChatCommand.WhichRequest(word, open.Question.Short));
            }
        }

        return Reply.None;
    }

    private async Task<Reply> TalkAsync(Heard heard, Person by, CancellationToken cancellationToken)
    {
        var text = heard.Attached ?? heard.Text;
        if (text.Length > 0 && heard.Click is null && await incidents.FindByThreadAsync(heard.Thread, cancellationToken) is { } incident)
        {
            await incidents.TellAsync(
                incident.Number,
                at => new Noted(at, by, text, IsNote: heard.Attached is not null, Message: heard.Message),
                cancellationToken
            );
        }

        return Reply.None;
    }

    /// <summary>The card as this person sees it: with buttons for what they may decide.</summary>
    private async Task<Reply> RedrawAsync(Click click, Member by, CancellationToken cancellationToken)
    {
        var question = QuestionId.TryParse(click["question"], out var asked) ? asked : default;
        if (Number(click, question) is not { } number || await incidents.FindAsync(number, cancellationToken) is not { } incident)
        {
            throw new Unclear("This card's incident is not known here any more.");
        }

        var kind =
            incident.FindRequest(question) is not null ? CardKind.Approval
            : incident.Task?.Question == question && question != default ? CardKind.Manual
            : CardKind.Incident;
        var limit =
            relays is not null && kind is CardKind.Incident
                ? RelayLimit.Of(await relays.PolicyAsync(incident.Relay, cancellationToken))
                : null;
        var names = signers is null ? null : await signers.NamesAsync(incident.FindRequest(question), cancellationToken);
        return click.TakesCard
            ? new Reply(
                null,
                CardFactory.Write(
                    incident,
                    new PostKey(kind, kind is CardKind.Incident ? default : question),
                    new Viewing(Person(by), [by.AccountId], hearing.HearsAll, limit)
                    {
                        Signers = names,
                        TextDays = (options ?? new BotOptions()).KeepTextDays,
                    }
                )
            )
            : new Reply($"This client shows no buttons of your own. Type approve {question.Short}, or deny {question.Short} and why.");
    }

    private static int? Number(Click click, QuestionId question) =>
        question != default ? question.Incident
        : QuestionId.TryParse($"{click["incident"]}/1", out var any) ? any.Incident
        : null;

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

    private Person? Other(Heard heard) => heard.Mentioned is [var mentioned, ..] ? Person(mentioned) : null;

    private Person Person(Member member) => new(member.Id, member.Name, duty.RolesOf(member.Id));

    private static Reply? Declined(Decision decision) => decision.Declined is { } why ? new Reply(Words.Escape(why, 1000)) : null;

    // A typed command shows in the card; a click wants a word at once.
    private static Reply Taken(CommandVerb verb, Heard heard, Incident incident) =>
        verb switch
        {
            CommandVerb.Export => new Reply("The transcript comes to you privately."),
            CommandVerb.Close when incident.IsOpen => new Reply(
                $"{incident.Name} is not closed yet: the service is down. Close once more within 10 minutes to close it all the same."
            ),
            _ when heard.Click is not null => new Reply($"Taken: {Vocabulary.WordOf(verb)}."),
            _ => Reply.None,
        };
}

/// <summary>What was said cannot be carried out as it stands; the message is for the person.</summary>
internal sealed class Unclear(string message) : Exception(message);

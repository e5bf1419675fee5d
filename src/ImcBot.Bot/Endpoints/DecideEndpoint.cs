using ImcBot.Bot.Cards;
using ImcBot.Bot.Channel;
using ImcBot.Bot.Chat;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.OnCall;
using ImcBot.Contracts;
using ImcBot.Core.Incidents;
using Microsoft.AspNetCore.Mvc;

namespace ImcBot.Bot.Endpoints;

/// <summary>One answer to a request, as <c>imcbot decide</c> sends it. Who gives it stands in the token alone.</summary>
/// <param name="Question">Such as <c>INC-7/3</c>.</param>
/// <param name="Answer">One of <see cref="DecideEndpoint.Answers"/>.</param>
internal sealed record DecideAsk(string? Question, string? Answer, string? Reason = null);

/// <summary>What is answered: whether the vote counts, and the sentence for the person.</summary>
internal sealed record DecideReply(bool Counts, string Words);

/// <summary>
/// Takes votes while Teams is down (<c>POST /decide</c>). Entra says who it is, as it does to Teams; from there on it is the same vote as
/// in the channel.
/// </summary>
internal sealed class DecideEndpoint(EntraPeople people, OnCallRoster roster, IIncidents incidents)
{
    private const int MostBytes = 16 * 1024,
        MostReason = 500;

    /// <summary>Break-glass is not among the answers: it stays with the channel, where everybody sees it.</summary>
    public static IReadOnlyList<string> Answers { get; } = [Vocabulary.Approve, Vocabulary.Deny, Vocabulary.DenyStop];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/decide", static (HttpContext http, DecideEndpoint endpoint) => endpoint.TakeAsync(http))
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        var (by, refusal) = await people.KnowAsync(http);
        if (by is null)
        {
            return Reply(StatusCodes.Status401Unauthorized, false, refusal!);
        }

        var ask = await JsonBody.ReadAsync<DecideAsk>(http);
        if (Read(ask, new Person(by.Id, by.Name, roster.RolesOf(by.Id))) is not { } vote)
        {
            return Reply(
                StatusCodes.Status400BadRequest,
                false,
                $"Send question (INC-7/3), answer ({string.Join(", ", Answers)}) and reason (at most {MostReason} " + "characters) as JSON."
            );
        }

        if (refusal is not null)
        {
            await KeepRefusalAsync(vote, by, refusal);
            return Reply(StatusCodes.Status403Forbidden, false, refusal);
        }

        // A vote that has come is taken, also when whoever sent it does not wait for the answer.
        var reply = await Voting.CastAsync(incidents, vote, CancellationToken.None);
        return Reply(reply.IsRefused ? StatusCodes.Status409Conflict : StatusCodes.Status200OK, !reply.IsRefused, reply.Text!);
    }

    private async Task KeepRefusalAsync(Voted vote, Member by, string why)
    {
        if (await incidents.FindAsync(vote.Question.Incident, CancellationToken.None) is { } incident)
        {
            await incidents.TellAsync(
                incident.Number,
                at => new Refused(at, $"{by.Name} ({by.Id})", $"decide {vote.Question.Short}", why),
                CancellationToken.None
            );
        }
    }

    private static Voted? Read(DecideAsk? ask, Person by) =>
        ask is not null
        && QuestionId.TryParse(ask.Question ?? "", out var question)
        && Answers.Contains(ask.Answer, StringComparer.Ordinal)
        && ask.Reason is null or { Length: <= MostReason }
            ? new Voted(0, question, by, Vocabulary.Answers[ask.Answer!], Words.Clean(ask.Reason, MostReason))
            : null;

    private static IResult Reply(int status, bool counts, string words) => JsonBody.Answer(new DecideReply(counts, words), status);
}

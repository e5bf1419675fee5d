using ImcBot.Bot.Channel;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Chat;

/// <summary>What a command came to, as a sentence for whoever gave it: read from what was decided, never from the word alone.</summary>
internal static class Told
{
    /// <param name="verb">The command.</param>
    /// <param name="decision">What was made of it.</param>
    /// <param name="signers">Names of those on duty who may sign the request that waits; null when that is not known.</param>
    public static string Of(CommandVerb verb, Decision decision, IReadOnlyList<string>? signers) =>
        Words.Escape(
            (verb is CommandVerb.Close && decision.Incident.IsOpen ? CloseAgain(decision.Incident) : null)
                ?? InThread(verb, decision)
                ?? Done(verb, decision, signers),
            1000
        );

    /// <summary>What the incident says of it in its thread by itself; null when it says nothing.</summary>
    public static string? InThread(CommandVerb verb, Decision decision) =>
        verb is CommandVerb.Hand or CommandVerb.Retract ? decision.Effects.OfType<Say>().FirstOrDefault()?.Text.Value : null;

    private static string Done(CommandVerb verb, Decision decision, IReadOnlyList<string>? signers)
    {
        var incident = decision.Incident;
        return verb switch
        {
            CommandVerb.Export => "The transcript comes to you privately.",
            CommandVerb.Take or CommandVerb.Hand => $"{incident.Owner?.Name} owns {incident.Name}. {Now(incident, signers)}",
            CommandVerb.Takeover => $"{incident.TakenOverBy?.Name} has taken over; ImcBot only reads until 'resume' or 'hand'.",
            CommandVerb.OnIt => $"Somebody looks at {incident.Request?.Question.Short}: nobody else is called for it for a while.",
            CommandVerb.Review => $"{incident.Reviewer?.Name} reviews the break-glass.",
            CommandVerb.FollowUp => Left(incident),
            CommandVerb.Redact => $"The texts of entry {string.Join(", ", decision.Effects.OfType<Redact>().Select(gone => gone.Entry))} "
                + "are removed from the record; the entry itself stays.",
            CommandVerb.Stop or CommandVerb.End when incident is { Phase: Phase.Searching, Search: { EndAsked: true } search } =>
                $"The search ends after run {search.Run}, which is under way; what is not cleared stays held.",
            CommandVerb.Skip or CommandVerb.Done when incident.Tried.LastOrDefault(change => change.At == incident.Now) is { } passed =>
                $"{passed.InWords}: {Summary.Came(passed)}. {Now(incident, signers)}",
            _ => Now(incident, signers),
        };
    }

    /// <summary>Where the incident stands after it; a request is told with those who may answer it.</summary>
    private static string Now(Incident incident, IReadOnlyList<string>? signers) =>
        incident switch
        {
            { Request: { } request } => $"Approval of {request.Question.Short} is asked{From(signers)}: {request.InWords}.",
            { Proposal: { AskedBy: not null, State: ChangeState.Offered } asked } =>
                $"The relay plans it, then the approvers are asked: {asked.InWords}.",
            _ => $"{incident.Name} now: {Summary.State(incident).TrimEnd('.')}.",
        };

    private static string From(IReadOnlyList<string>? signers) =>
        signers switch
        {
            null => "",
            [] => ", and nobody on duty may give it",
            _ => $" of {string.Join(", ", signers.Take(5))}",
        };

    private static string Left(Incident incident)
    {
        var open = FollowUp.Open(incident).Select(item => item.WithOwner).ToList();
        return open.Count > 0 ? $"Left open: {string.Join("; ", open)}." : "Nothing is left open.";
    }

    private static string CloseAgain(Incident incident) =>
        $"{incident.Name} is not closed yet: the service is down. Close once more within {Control.CloseAgain / Micros.Minute} minutes to "
        + "close it all the same.";
}

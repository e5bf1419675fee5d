using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <content>What people ask to be done with mail that is held or lies undelivered in the archive. Nothing of it is ever offered unasked.</content>
internal sealed partial class IncidentMachine
{
    private const long Day = 24 * 60 * Minute;

    /// <summary>How long mail is kept before its owner may have it deleted: longer than the night, a weekend and the review.</summary>
    private const string Retention = "7d";

    private const string How = "Say 'messages return 12', 'messages return all', 'messages return archived', 'messages headers 12', or 'messages delete 12 reason'.";

    private void Messages(Commanded command)
    {
        string[] words = [.. command.Words];
        switch (words.FirstOrDefault()?.ToLowerInvariant())
        {
            case "return" when words is [_, var archived] && archived.Equals("archived", StringComparison.OrdinalIgnoreCase):
                OfferMail(command.By, "return-archived", @"Return undelivered mail from In\Archive to In and start", Starting(Call.To("mail.replay")), ApprovalRule.OnCall);
                break;
            case "return": ReturnMail(command.By, [.. words.Skip(1)]); break;
            case "headers" when words.Length == 2:
                _ = Wanted([words[1]]);
                break;
            case "delete" when words.Length > 2: DeleteMail(command.By, words[1], command.From(2)); break;
            case "delete": Decline("Say which message and why: messages delete 12 reason."); break;
            default: Decline(How); break;
        }
    }

    private void ReturnMail(Person by, string[] words)
    {
        var anyway = words is [.., var last] && last.Equals("anyway", StringComparison.OrdinalIgnoreCase);
        if (Wanted(anyway ? words[..^1] : words) is not { } wanted)
        {
            return;
        }

        var search = _incident.Search!;
        var old = search.Manifest!.Weighed.Where(message => wanted.Contains(message.Index) && message.Arrived < _incident.Now - Day).ToList();
        if (old.Count > 0 && !anyway)
        {
            Decline($"{string.Join(", ", old.Select(message => message.Name))} came more than 24 hours ago and may surprise whoever gets it now. "
                + $"Say 'messages return {string.Join(' ', words)} anyway' if it should still go out.");
            return;
        }

        OfferMail(
            by, "return-mail", $"Return {Listed(search, wanted)} to In, checked by hash, and start",
            Starting(Call.To("mail.return", ("question", search.HeldBy.ToString()), ("messages", Numbers(wanted)))), ApprovalRule.OnCall);
    }

    /// <summary>A decision of the mail's owner, never of the night: only once the incident is resolved, with a reason, by another person.</summary>
    private void DeleteMail(Person by, string which, Sealed why)
    {
        if (_incident.Phase is not Phase.Resolved)
        {
            Decline("Mail is deleted only after the incident is resolved, by its owner's decision. Held mail is safe where it is.");
        }
        else if (Wanted([which]) is { } wanted)
        {
            var search = _incident.Search!;
            OfferMail(
                by, "delete-mail", $"Delete {Listed(search, wanted)} for good, because: {why}",
                new Remedy(
                    [Call.To("mail.delete", ("question", search.HeldBy.ToString()), ("messages", Numbers(wanted)), ("held-for", Retention))], null, [], []),
                new ApprovalRule(Role.MailOwner, OtherPerson: true));
        }
    }

    private void OfferMail(Person by, string offer, string does, Remedy remedy, ApprovalRule rule)
    {
        if (MayOffer && _incident.TakenOverBy is null)
        {
            Propose(ProposalKind.Mail, null, offer, does, remedy, rule, null, null, by);
        }
        else
        {
            Decline("That has to wait until nothing else is under way.");
        }
    }

    private Remedy Starting(Call call) => new([call], null, [], [Call.To("service.start", ("service", _incident.Runbook.Service))]);

    /// <summary>Held messages by name or by the number in the list; no word or 'all' means all. Null, declined, when one is not held.</summary>
    private IndexSet? Wanted(string[] words)
    {
        if (_incident.Search is not { Manifest: { } manifest, Held: { IsEmpty: false } held })
        {
            Decline("No mail is held.");
            return null;
        }

        if (words.Length == 0 || words is [var all] && all.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return held;
        }

        var wanted = new List<int>();
        foreach (var word in words.SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            var index = manifest.Weighed.FirstOrDefault(message => message.Name.Equals(word, StringComparison.OrdinalIgnoreCase))?.Index
                ?? (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : -1);
            if (index < 0 || !held.Contains(index))
            {
                Decline($"'{(word.Length > 20 ? word[..20] : word)}' is no held message; 'messages' lists them.");
                return null;
            }

            wanted.Add(index);
        }

        return IndexSet.Of(wanted);
    }

    /// <summary>What a run did with held mail; the server's own record, counted by the relay, stays the truth.</summary>
    private void LearnOfMail(Request request, AttemptOutcome outcome)
    {
        if (outcome is not AttemptOutcome.Done || request.Kind is not ProposalKind.Mail || Plan.FromBytes(request.Plan).Remedy.Rungs is not [var call])
        {
            return;
        }

        if (call.Use == "mail.replay")
        {
            _incident = _incident with
            {
                FollowUps = [.. _incident.FollowUps.Select(item =>
                    item.DoneAt is null && item.Text.Contains(FollowUp.ReturnArchived, StringComparison.Ordinal) ? item with { DoneAt = _incident.Now } : item)],
            };
        }
        else if (_incident.Search is { } search)
        {
            var gone = IndexSet.Of(call.With["messages"].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)));
            _incident = _incident with { Search = search with { Held = search.Held.Except(gone) } };
        }
    }

    private static string Numbers(IndexSet messages) => string.Join(',', messages);

    private static string Listed(Search search, IndexSet messages) =>
        messages.Count == 1 ? $"held message {search.Names(messages).Single()}" : $"{messages.Count} held messages ({string.Join(", ", search.Names(messages.Take(5)))}{(messages.Count > 5 ? ", …" : "")})";
}

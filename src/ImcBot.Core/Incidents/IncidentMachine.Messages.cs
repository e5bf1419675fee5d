using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Core.Runbooks;

namespace ImcBot.Core.Incidents;

/// <content>What people ask to be done with items that are held or lie undelivered in the archive. Nothing of it is ever offered unasked.</content>
internal sealed partial class IncidentMachine
{
    private SubjectWords Words => _incident.Words;

    private const long Day = 24 * 60 * Minute;

    /// <summary>How long items are kept before their owner may have it deleted: longer than the night, a weekend and the review.</summary>
    private const string Retention = "7d";

    private const string How = "Say 'messages return 12', 'messages return all', 'messages return archived', 'messages headers 12', or 'messages delete 12 reason'.";

    private void Messages(Commanded command)
    {
        string[] words = [.. command.Words];
        switch (words.FirstOrDefault()?.ToLowerInvariant())
        {
            case "return" when words is [_, var archived] && archived.Equals("archived", StringComparison.OrdinalIgnoreCase):
                OfferItems(command.By, "return-archived", $"Return undelivered {Words.Matter} from {Words.Archive} to {Words.Queue} and start", Starting(Catalog.CallOf(Purpose.Replay)), ApprovalRule.OnCall);
                break;
            case "return": ReturnItems(command.By, [.. words.Skip(1)]); break;
            case "headers" when words.Length == 2:
                _ = Wanted([words[1]]);
                break;
            case "delete" when words.Length > 2: DeleteItems(command.By, words[1], command.From(2)); break;
            case "delete": Decline($"Say which {Words.Item} and why: messages delete 12 reason."); break;
            default: Decline(How); break;
        }
    }

    private void ReturnItems(Person by, string[] words)
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

        OfferItems(
            by, "return-held", $"Return {Listed(search, wanted)} to {Words.Queue}, checked by hash, and start",
            Starting(Catalog.CallOf(Purpose.Return, (CallArguments.Question, search.HeldBy.ToString()), (CallArguments.Items, Numbers(wanted)))), ApprovalRule.OnCall);
    }

    /// <summary>A decision of their owner, never of the night: only once the incident is resolved, with a reason, by another person.</summary>
    private void DeleteItems(Person by, string which, Sealed why)
    {
        if (_incident.Phase is not Phase.Resolved)
        {
            Decline($"No {Words.Item} is deleted before the incident is resolved, and then by its owner's decision. What is held is safe where it is.");
        }
        else if (Wanted([which]) is { } wanted)
        {
            var search = _incident.Search!;
            OfferItems(
                by, "delete-held", $"Delete {Listed(search, wanted)} for good, because: {why}",
                new Remedy(
                    [Catalog.CallOf(Purpose.Delete, (CallArguments.Question, search.HeldBy.ToString()), (CallArguments.Items, Numbers(wanted)), (CallArguments.HeldFor, Retention))], null, [], []),
                new ApprovalRule(Role.ItemOwner, OtherPerson: true));
        }
    }

    private void OfferItems(Person by, string offer, string does, Remedy remedy, ApprovalRule rule)
    {
        if (MayOffer && _incident.TakenOverBy is null)
        {
            Propose(ProposalKind.Items, null, offer, does, remedy, rule, null, null, by);
        }
        else
        {
            Decline("That has to wait until nothing else is under way.");
        }
    }

    private Remedy Starting(Call call) => new([call], null, [], _incident.Runbook.StartOnce.Starts);

    /// <summary>Held messages by name or by the number in the list; no word or 'all' means all. Null, declined, when one is not held.</summary>
    private IndexSet? Wanted(string[] words)
    {
        if (_incident.Search is not { Manifest: { } manifest, Held: { IsEmpty: false } held })
        {
            Decline($"No {Words.Item} is held.");
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
                Decline($"'{(word.Length > 20 ? word[..20] : word)}' is no held {Words.Item}; 'messages' lists them.");
                return null;
            }

            wanted.Add(index);
        }

        return IndexSet.Of(wanted);
    }

    /// <summary>What a run did with held items; the server's own record, counted by the relay, stays the truth.</summary>
    private void LearnOfItems(Request request, AttemptOutcome outcome)
    {
        if (outcome is not AttemptOutcome.Done || request.Kind is not ProposalKind.Items || Plan.FromBytes(request.Plan).Remedy.Rungs is not [var call])
        {
            return;
        }

        if (Catalog.PurposeOf(call.Use) is Purpose.Replay)
        {
            _incident = _incident with
            {
                FollowUps = [.. _incident.FollowUps.Select(item =>
                    item.DoneAt is null && item.Text.Contains(FollowUp.ReturnArchived, StringComparison.Ordinal) ? item with { DoneAt = _incident.Now } : item)],
            };
        }
        else if (_incident.Search is { } search)
        {
            var gone = IndexSet.Of(call.With[CallArguments.Items].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)));
            _incident = _incident with { Search = search with { Held = search.Held.Except(gone) } };
        }
    }

    private static string Numbers(IndexSet messages) => string.Join(',', messages);

    private static string Listed(Search search, IndexSet messages) =>
        messages.Count == 1 ? $"held {search.Words.Item} {search.Names(messages).Single()}" : $"{messages.Count} held {search.Words.Items} ({string.Join(", ", search.Names(messages.Take(5)))}{(messages.Count > 5 ? ", …" : "")})";
}

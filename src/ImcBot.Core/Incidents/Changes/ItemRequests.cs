using System.Globalization;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;

namespace ImcBot.Core.Incidents;

/// <summary>
/// What people ask to be done with items that are held or lie undelivered in the archive. Nothing of it is ever offered unasked.
/// </summary>
internal static class ItemRequests
{
    /// <summary>How long items are kept before their owner may have it deleted: longer than the night, a weekend and the review.</summary>
    private const string Retention = "7d";

    /// <summary>The offer that brings undelivered items back.</summary>
    public const string ReturnArchived = "return-archived";

    /// <summary>What people say to have undelivered items back.</summary>
    public const string ReturnWords = "messages return archived";

    private const string ReturnHeld = "return-held",
        DeleteHeld = "delete-held";

    // More of them nobody types.
    private const int MostTyped = 5;

    private const string How =
        "Say 'messages return 12', 'messages return all', 'messages return archived', 'messages headers 12', or "
        + "'messages delete 12 reason'.";

    /// <summary>What is to be offered for it, or why nothing is; neither where it only asks to see.</summary>
    public static (Next? Next, string? Refusal) Read(Incident incident, Commanded command)
    {
        string[] words = [.. command.Words];
        return words.FirstOrDefault()?.ToLowerInvariant() switch
        {
            "return" when words is [_, var archived] && archived.Equals("archived", StringComparison.OrdinalIgnoreCase) => Offer(
                incident,
                command.By,
                ReturnArchived,
                $"Return undelivered {incident.Words.Matter} from {incident.Words.Archive} to {incident.Words.Queue} and start",
                Starting(incident, Catalog.CallOf(Purpose.Replay)),
                ApprovalRule.OnCall
            ),
            "return" => Return(incident, command.By, [.. words.Skip(1)]),
            "headers" when words.Length == 2 => (null, Find(incident, [words[1]]).Refusal),
            "delete" when words.Length > 2 => Delete(incident, command.By, words[1], command.From(2)),
            "delete" => (null, $"Say which {incident.Words.Item} and why: messages delete 12 reason."),
            _ => (null, How),
        };
    }

    /// <summary>What is typed to ask for this; null where no few words do.</summary>
    public static string? Typed(Change request) =>
        request.Offer is ReturnArchived ? ReturnWords
        : request.Remedy is { Rungs: [{ With: var with }] }
        && with.TryGetValue(CallArguments.Items, out var items)
        && Indices(items) is { Length: <= MostTyped } indices
            ? $"messages {(request.Offer is DeleteHeld ? "delete" : "return")} {string.Join(',', indices.Select(index => index + 1))}"
                + (request.Offer is DeleteHeld ? " reason" : "")
        : null;

    /// <summary>What a run did with held items; the server's own record, counted by the relay, stays the truth.</summary>
    public static Draft Learn(Draft draft, Change request)
    {
        if (
            draft.Incident.FindRequest(request.Question) is not { Own: ChangeState.Done, Kind: ChangeKind.Items } done
            || done.Offer is ReturnArchived
            || Plan.FromBytes(done.Plan).Remedy.Rungs is not [var call]
            || draft.Incident.Search is not { } search
            || call.With[CallArguments.Question] != search.HeldBy.ToString()
        )
        {
            return draft;
        }

        var items = IndexSet.Of(Indices(call.With[CallArguments.Items]));
        return draft.Set(incident =>
            incident with
            {
                Search = search with
                {
                    Held = search.Held.Except(items),
                    State = done.Offer is DeleteHeld ? search.State?.Without(items) : search.State,
                },
            }
        );
    }

    private static (Next? Next, string? Refusal) Return(Incident incident, Person by, string[] words)
    {
        var anyway = words is [.., var last] && last.Equals("anyway", StringComparison.OrdinalIgnoreCase);
        var (found, refusal) = Find(incident, anyway ? words[..^1] : words);
        if (found is not { } wanted)
        {
            return (null, refusal);
        }

        var search = incident.Search!;
        var old = search
            .Manifest!.Weighed.Where(message => wanted.Contains(message.Index) && message.Arrived < incident.Now - Micros.Day)
            .ToList();
        return old.Count > 0 && !anyway
            ? (
                null,
                $"{string.Join(", ", old.Select(message => message.Name))} came more than 24 hours ago and may surprise whoever "
                    + "gets it now. "
                    + $"Say 'messages return {string.Join(' ', words)} anyway' if it should still go out."
            )
            : Offer(
                incident,
                by,
                ReturnHeld,
                $"Return {Listed(search, wanted)} to {incident.Words.Queue}, checked by hash, and start",
                Starting(
                    incident,
                    Catalog.CallOf(
                        Purpose.Return,
                        (CallArguments.Question, search.HeldBy.ToString()),
                        (CallArguments.Items, Numbers(wanted))
                    )
                ),
                ApprovalRule.OnCall
            );
    }

    /// <summary>
    /// A decision of their owner, never of the night: only once the incident is resolved, with a reason, by another person.
    /// </summary>
    private static (Next? Next, string? Refusal) Delete(Incident incident, Person by, string which, Sealed why)
    {
        if (incident.Phase is not Phase.Resolved)
        {
            return (
                null,
                $"No {incident.Words.Item} is deleted before the incident is resolved, and then by its owner's decision. What is "
                    + "held is safe where it is."
            );
        }

        var (found, refusal) = Find(incident, [which]);
        return found is not { } wanted
            ? (null, refusal)
            : Offer(
                incident,
                by,
                DeleteHeld,
                $"Delete {Listed(incident.Search!, wanted)} for good, because: {why}",
                new Remedy(
                    [
                        Catalog.CallOf(
                            Purpose.Delete,
                            (CallArguments.Question, incident.Search!.HeldBy.ToString()),
                            (CallArguments.Items, Numbers(wanted)),
                            (CallArguments.HeldFor, Retention)
                        ),
                    ],
                    null,
                    [],
                    []
                ),
                new ApprovalRule(Role.ItemOwner, OtherPerson: true)
            );
    }

    private static (Next? Next, string? Refusal) Offer(
        Incident incident,
        Person by,
        string offer,
        string does,
        Remedy remedy,
        ApprovalRule rule
    ) =>
        Commands.MayOffer(incident) && incident.TakenOverBy is null
            ? (new Offered(Offering.Items(offer, does, remedy, rule, by)), null)
            : (null, Commands.Wait);

    private static Remedy Starting(Incident incident, Call call) => new([call], null, [], incident.Runbook.StartOnce.Starts);

    /// <summary>Held messages by name or by the number in the list; no word or 'all' means all.</summary>
    private static (IndexSet? Items, string? Refusal) Find(Incident incident, string[] words)
    {
        if (incident.Search is not { Manifest: { } manifest, Held: { IsEmpty: false } held })
        {
            return (null, $"No {incident.Words.Item} is held.");
        }

        if (words.Length == 0 || words is [var all] && all.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return (held, null);
        }

        var wanted = new List<int>();
        foreach (var word in words.SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            var index =
                manifest.Weighed.FirstOrDefault(message => message.Name.Equals(word, StringComparison.OrdinalIgnoreCase))?.Index
                ?? (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : -1);
            if (index < 0 || !held.Contains(index))
            {
                return (null, $"'{(word.Length > 20 ? word[..20] : word)}' is no held {incident.Words.Item}; 'messages' lists them.");
            }

            wanted.Add(index);
        }

        return (IndexSet.Of(wanted), null);
    }

    private static string Numbers(IndexSet messages) => string.Join(',', messages);

    private static int[] Indices(string numbers) =>
        [.. numbers.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    private static string Listed(Search search, IndexSet messages)
    {
        var names = string.Join(", ", search.Names(messages.Take(5)));
        return messages.Count == 1
            ? $"held {search.Words.Item} {names}"
            : $"{messages.Count} held {search.Words.Items} ({names}{(messages.Count > 5 ? ", …" : "")})";
    }
}

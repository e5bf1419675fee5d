using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>Where the service keeps its work: said once, and given to every search.</content>
internal static partial class RunbookFile
{
    /// <summary>What a search is told of the queue; nothing where the relay's usual one is meant.</summary>
    private static Dictionary<string, string> ReadQueue(YamlMapping root)
    {
        if (root.Mapping("queue") is not { } queue)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        var told = new Dictionary<string, string>(
            queue.Mapping("with")?.Scalars() ?? new Dictionary<string, string>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        var use = queue.Text("use");
        queue.Finish();
        if (use.Length > 0 && !Catalog.QueueKinds.Contains(use, StringComparer.Ordinal))
        {
            queue.Refuse($"'{use}' is no queue; use one of {string.Join(", ", Catalog.QueueKinds)}.", "use");
        }

        if (told.Keys.FirstOrDefault(name => !Catalog.QueueArguments.Contains(name, StringComparer.Ordinal)) is { } foreign)
        {
            queue.Refuse($"A queue has no argument '{foreign}'; it takes {string.Join(", ", Catalog.QueueArguments)}.", "with");
        }

        if (use == Catalog.QueueKinds[0] && told.Count == 0)
        {
            return told;
        }

        told[Catalog.QueueArgument] = use;
        if (use != Catalog.QueueKinds[0])
        {
            told.TryAdd("service", root.Text("service"));
        }

        return told;
    }

    private static Step Searching(Step step, Dictionary<string, string> queue) =>
        queue.Count == 0 ? step : step with { Offers = [.. step.Offers.Select(offer => Searching(offer, queue))] };

    private static Offer Searching(Offer offer, Dictionary<string, string> queue) =>
        offer.Remedy is not { } remedy
            ? offer
            : offer with
            {
                Remedy = remedy with
                {
                    Rungs = [.. remedy.Rungs.Select(call => IsSearch(call) ? call with { With = Both(call.With, queue) } : call)],
                },
            };

    /// <summary>A queue that no search works on, or that its searches cannot take.</summary>
    private static void CheckQueue(YamlMapping root, Runbook runbook)
    {
        if (!root.Has("queue"))
        {
            return;
        }

        var searches = runbook
            .Steps.SelectMany(step => step.Offers)
            .SelectMany(offer => offer.Remedy?.Rungs ?? [])
            .Where(IsSearch)
            .ToList();
        if (searches.Count == 0)
        {
            root.Refuse("'queue' is not used: no remedy of this runbook searches it. Leave it out.", "queue");
        }
        else if (
            searches.Select(call => Catalog.Refuse(Binding.Fill(call, root.Names))).FirstOrDefault(refusal => refusal is not null) is
            { } wrong
        )
        {
            root.Refuse(wrong, "queue");
        }
    }

    private static bool IsSearch(Call call) => Catalog.PurposeOf(call.Use) is Purpose.Search;

    private static Dictionary<string, string> Both(IReadOnlyDictionary<string, string> with, Dictionary<string, string> queue) =>
        queue.Where(pair => !with.ContainsKey(pair.Key)).Concat(with).ToDictionary(StringComparer.Ordinal);
}

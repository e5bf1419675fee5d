using System.Globalization;
using ImcBot.Bot.Engine;
using ImcBot.Bot.Journal;
using ImcBot.Core.Incidents;

namespace ImcBot.Bot.Export;

/// <summary>The transcript as Markdown, for a reviewer: every line names the journal entry it comes from.</summary>
internal sealed class MarkdownTranscript(Recalled known, string keyPrint, TextWriter writer)
{
    public async Task WriteAsync(IAsyncEnumerable<StoredEntry> entries, CancellationToken token)
    {
        await HeadAsync();
        await TimelineAsync(entries, token);
        if (known.Incident is { } incident)
        {
            await ApprovalsAsync(incident);
            await SearchAsync(incident.Search);
            await LinesAsync("Follow-ups", incident.FollowUps.Select(item =>
                $"{Plain.Text(item.Text)}, {(item.Owner is { } owner ? Plain.Text($"{owner.Name}") : "nobody owns it")}, due {Time(item.Due)}"));
        }

        await writer.FlushAsync(token);
    }

    private async Task HeadAsync()
    {
        var incident = known.Incident;
        await LineAsync($"# INC-{known.Head.Incident}{(incident is null ? "" : $": {Plain.Text(incident.Host)}, {Plain.Text(incident.Runbook.Title)}")}");
        await LineAsync("");
        if (known.Frozen is { } frozen)
        {
            await LineAsync($"> **{Plain.Text(frozen)}**");
            await LineAsync("");
        }

        if (incident is not null)
        {
            await LineAsync($"- Runbook {Plain.Text(incident.Runbook.Id)}, SHA-256 {incident.Runbook.Digest}");
            await LineAsync($"- Opened {Time(incident.OpenedAt)}; now {Plain.Text(incident.Phase.ToString())}: {Plain.Text(incident.Headline)}");
            await LineAsync($"- Owner {(incident.Owner is { } owner ? Plain.Text($"{owner.Name}") : "nobody")}; relay {Plain.Text(incident.Relay)}");
            await LineAsync($"- Starts {incident.Starts}, store crashes {incident.StoreCrashes}, requests {incident.Requests}");
        }

        await LineAsync($"- Journal: {known.Head.Seq} entries, head {known.Head.Hash}, key {keyPrint}");
        await LineAsync("- All times UTC by the bot's clock. To verify: export jsonl, then imcbot transcript verify");
    }

    private async Task TimelineAsync(IAsyncEnumerable<StoredEntry> entries, CancellationToken token)
    {
        await SectionAsync("Timeline");
        await LineAsync("| Entry | Time | Who | What | Decided |");
        await LineAsync("|---:|---|---|---|---|");
        await foreach (var stored in entries.WithCancellation(token))
        {
            // What lies beyond the last entry that verifies is not told as if it had happened.
            if (stored.Seq > known.Head.Seq)
            {
                break;
            }

            var entry = stored.Read();
            var (who, what) = entry.Fact is { } fact ? FactWords.Of(fact) : ("ImcBot", $"parked: {entry.Parking?.What}");
            var decided = entry.Declined is { } why ? $"declined: {why}" : string.Join("; ", entry.Effects.Select(FactWords.Of).OfType<string>().Prepend($"{entry.Phase}"));
            await LineAsync($"| {entry.Seq} | {Time(entry.At)} | {Plain.Text(who)} | {Plain.Text(what)} | {Plain.Text(decided)} |");
        }
    }

    private async Task ApprovalsAsync(Incident incident)
    {
        var requests = incident.Request is { } open ? incident.Decided.Add(open) : incident.Decided;
        await LinesAsync("Approvals", requests.Select(request =>
            $"**{request.Question}** {Plain.Text(request.Does)} ({Plain.Text($"{request.Impact}".ToLowerInvariant())}, plan {request.Digest[..8]}), asked by "
            + $"{Plain.Text($"{request.AskedBy.Name}")} {Time(request.AskedAt)}: {Plain.Text($"{request.Outcome?.ToString() ?? "open"}".ToLowerInvariant())}"
            + string.Concat(request.Votes.Select(vote =>
                $"; {Plain.Text(FactWords.Name(vote.By))} {Plain.Text($"{vote.Answer}".ToLowerInvariant())} {Time(vote.At)}"
                + (vote.Why.Value is "" ? "" : $", because {Plain.Text(vote.Why.ToString())}")))));
    }

    private async Task SearchAsync(Search? search)
    {
        if (search is null)
        {
            return;
        }

        await SectionAsync("Search for the bad message");
        await LineAsync("| Run | Round | Returned | Result | Store crashed | Seconds | Note |");
        await LineAsync("|---:|---|---:|---|---|---:|---|");
        foreach (var round in search.Rounds)
        {
            await LineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {round.Run} | {round.Kind} | {round.Returned} | {round.Verdict} | {(round.StoreCrashed ? "yes" : "no")} | {round.Seconds:0.0} | {Plain.Text(round.Note)} |"));
        }

        if (search.Counts is { } counts)
        {
            await LineAsync("");
            await LineAsync(
                $"{counts.Found} found + {counts.Arrived} arrived = {counts.Accepted} accepted + {counts.InSpool} in In + {counts.Held} held + "
                + $"{counts.Archived} archived + {counts.Deleted} deleted + {counts.Unknown} unknown ({(counts.IsBalanced ? "balanced" : "NOT balanced")})");
        }
    }

    private async Task LinesAsync(string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
        {
            await SectionAsync(title);
            foreach (var line in all)
            {
                await LineAsync($"- {line}");
            }
        }
    }

    private async Task SectionAsync(string title)
    {
        await LineAsync("");
        await LineAsync($"## {title}");
        await LineAsync("");
    }

    private Task LineAsync(string line) => writer.WriteAsync($"{line}\n");

    private static string Time(long micros) => UnixTime.FromMicros(micros).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}

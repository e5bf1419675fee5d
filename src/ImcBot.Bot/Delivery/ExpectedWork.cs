using System.Collections.Concurrent;
using ImcBot.Bot.Incidents;
using ImcBot.Bot.Journal;
using ImcBot.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Delivery;

/// <summary>What a relay was asked for: only that is taken from it.</summary>
internal sealed class ExpectedWork(IncidentEngine engine, IDbContextFactory<JournalDb> databases)
{
    private readonly ConcurrentDictionary<QuestionId, Early> _early = new();

    /// <summary>What became of the run that a report is for, and the entry that asked for it; 0 where none did.</summary>
    public async Task<(ReportFit Fit, int Asked)> FitAsync(string relay, Report report, CancellationToken cancellationToken)
    {
        var (question, kind) = (report.Run.Question, report.Kind.ToString());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var job = await db
            .Jobs.AsNoTracking()
            .SingleOrDefaultAsync(
                row =>
                    row.Incident == question.Incident
                    && row.Question == question.Number
                    && row.Run == report.Run.Run
                    && row.Kind == kind
                    && row.Relay == relay,
                cancellationToken
            );
        return job is null ? (ReportFit.Unknown, 0) : (job.ReportedAt is null ? ReportFit.Owed : ReportFit.Taken, job.Seq);
    }

    /// <summary>
    /// Whether bytes of this digest are wanted: a search has named them as its manifest, or the run that makes one is under way, which
    /// tells its digest only afterwards. A run may have named another before it was broken off.
    /// </summary>
    public async Task<bool> WantsAsync(string relay, string digest, CancellationToken cancellationToken)
    {
        var open = await engine.ListOpenAsync(cancellationToken);
        foreach (var ended in _early.Keys.Except(open.Select(incident => incident.Search?.Question ?? default)))
        {
            _early.TryRemove(ended, out _);
        }

        foreach (var incident in open)
        {
            if (incident.Relay != relay || incident.Search is not { } search)
            {
                continue;
            }

            var isTold = incident.EarlierSearches.Append(search).Any(one => one.Manifest?.Digest == digest);
            if (isTold || (search.Manifest is null && _early.GetOrAdd(search.Question, static _ => new Early()).Admits(digest)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The manifests that came before their search has named one.</summary>
    private sealed class Early
    {
        private const int Most = 2;

        private readonly HashSet<string> _digests = new(StringComparer.Ordinal);

        public bool Admits(string digest)
        {
            lock (_digests)
            {
                return _digests.Contains(digest) || (_digests.Count < Most && _digests.Add(digest));
            }
        }
    }
}

/// <summary>Whether a report is for a run that this bot asked that relay for.</summary>
internal enum ReportFit
{
    /// <summary>No such run was asked of this relay.</summary>
    Unknown,
    Owed,

    /// <summary>Its report was taken before.</summary>
    Taken,
}

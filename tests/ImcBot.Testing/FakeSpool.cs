using ImcBot.Contracts;
using ImcBot.Core.Incidents;

namespace ImcBot.Testing;

/// <summary>A spool of numbered messages; the store crashes on the bad ones in the order they were returned.</summary>
internal sealed class FakeSpool(int count, IReadOnlySet<int> bad, IndexSet named = default, params int[] suspicious)
{
    private readonly HashSet<int> _bad = [.. bad];
    private readonly Queue<bool> _arriving = new();
    private IndexSet _accepted;
    private IndexSet _in;
    private int _arrived;

    public int Crashes { get; private set; }

    public IndexSet Accepted => _accepted;

    public bool Up { get; private set; }

    public RoundReport Take(RunAction run)
    {
        var order = run.Order!;
        _in = order.Kind is RoundKind.Return ? _in.Except(order.Withdraw).Union(order.Messages) : IndexSet.Empty;
        if (_arriving.TryDequeue(out var isBad))
        {
            Add(isBad);
        }

        var culprit = Start();
        var held = IndexSet.UpTo(count + _arrived).Except(_accepted).Except(_in);
        return new(
            order.Kind,
            Up ? RoundVerdict.Ran : RoundVerdict.Crashed,
            order.Manifest is null ? Outline() : null,
            _accepted,
            _in,
            IndexSet.Empty,
            IndexSet.Empty,
            culprit is { } flight ? IndexSet.Of(flight) : IndexSet.Empty,
            _arrived,
            culprit,
            !Up,
            3,
            new MessageCounts(count, _arrived, _in.Count, held.Count, _accepted.Count, 0, 0, 0),
            _accepted.IsEmpty ? null : Some.Start
        );
    }

    /// <summary>Mail comes in: a message in each of the next starts of the search.</summary>
    public FakeSpool ArriveIn(params bool[] areBad)
    {
        Array.ForEach(areBad, _arriving.Enqueue);
        return this;
    }

    /// <summary>A message comes in now, whether or not anything takes it.</summary>
    public FakeSpool Arrive(bool isBad)
    {
        Add(isBad);
        if (Up)
        {
            Start();
        }

        return this;
    }

    /// <summary>The service starts on what lies in the queue; which message stops it, or null.</summary>
    public int? Start()
    {
        var culprit = _in.Where(_bad.Contains).Select(index => (int?)index).FirstOrDefault();
        var taken = culprit is { } first ? _in.Intersect(IndexSet.UpTo(first)) : _in;
        _accepted = _accepted.Union(taken);
        _in = _in.Except(taken);
        Up = culprit is null;
        Crashes += Up ? 0 : 1;
        return culprit;
    }

    private void Add(bool isBad)
    {
        var index = count + _arrived++;
        _in = _in.Union(IndexSet.Of(index));
        if (isBad)
        {
            _bad.Add(index);
        }
    }

    /// <summary>An incident in which this spool was searched, up to the all-clear: the bad messages are held.</summary>
    public Rehearsal Searched()
    {
        var rehearsal = new Rehearsal("message").Relay();
        rehearsal.Round = run =>
        {
            var report = Take(run);
            rehearsal.ServiceUp = Up;
            return report;
        };
        return rehearsal.Command(CommandVerb.Ask).Vote(Answer.Approve).Relay().Pass(Deadline.WatchEnds).Relay();
    }

    private SearchManifest Outline() =>
        new(
            count,
            count * 1000L,
            "0123abcd",
            @"D:\ImcBotHold\INC-7",
            [
                .. suspicious
                    .Concat(named)
                    .Distinct()
                    .Select(index => new WeighedMessage(index, $"MSG{index:D5}", 1000, [Defect.BlankCharset], Some.Start, "example.com")),
            ],
            named
        );
}

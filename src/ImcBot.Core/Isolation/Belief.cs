namespace ImcBot.Core.Isolation;

/// <summary>
/// What the search believes about how many bad messages there are. Each message of weight w is bad with probability 1 - exp(-rate * w);
/// the rate is unknown, so it is a small table of possible rates, each weighed by how well it explains what was seen.
/// </summary>
internal sealed class Belief
{
    /// <summary>
    /// Bad messages expected in the whole queue, and how likely that was before anything was seen, in relative terms. One or two are the
    /// rule in the articles; the tail keeps several from costing much more. Tuned on placements that the <c>isolation</c> benchmark does
    /// not use.
    /// </summary>
    private static readonly (double Expected, double Prior)[] Before = [(0, 0.4), (0.64, 0.58), (1.8, 0.07), (12, 0.0001)];

    /// <summary>
    /// Share of chance failures assumed while planning: far below <see cref="Failure.ChanceRate"/>, because stopping to ask whether a
    /// failure was chance costs more rounds than it saves. What is called bad is decided with the real share.
    /// </summary>
    private const double PlannedChance = 0.000_001;

    private readonly double[] _rates;
    private readonly double[] _shares;
    private readonly IReadOnlyList<(double Weight, int Failures)> _rings;

    /// <param name="total">Weight of all messages.</param>
    /// <param name="good">Weight of the messages known to be good.</param>
    /// <param name="accused">How many were found.</param>
    /// <param name="rings">
    /// Failures not yet explained, from the inside out: the weight each adds to the one inside it, and how many failures had exactly that
    /// set.
    /// </param>
    public Belief(double total, double good, int accused, IReadOnlyList<(double Weight, int Failures)> rings)
    {
        _rings = rings;
        _rates = [.. Before.Select(b => b.Expected / total)];
        _shares = new double[_rates.Length];
        for (var i = 0; i < _rates.Length; i++)
        {
            var found = accused == 0 ? 1 : Math.Pow(Before[i].Expected, accused);
            _shares[i] = Before[i].Prior * found * Math.Exp(-_rates[i] * good) * Explained(_rates[i], 0, 0);
        }

        var sum = _shares.Sum();
        Likelihood = sum;
        for (var i = 0; i < _shares.Length; i++)
        {
            _shares[i] = sum > 0 ? _shares[i] / sum : 1.0 / _shares.Length;
        }
    }

    /// <summary>
    /// How well all that was seen is explained, up to which messages are accused; to compare beliefs about the same search.
    /// </summary>
    public double Likelihood { get; }

    /// <summary>How likely messages of this weight, outside the innermost failure, are all good.</summary>
    public double CleanOutside(double weight) => Mean(rate => Math.Exp(-rate * weight));

    /// <summary>How likely messages of this weight, taken from the innermost failure, are all good.</summary>
    public double CleanInside(double weight) => Mean(rate => Math.Exp(-rate * weight) * Explained(rate, 0, weight) / Explained(rate, 0, 0));

    private double Mean(Func<double, double> probability)
    {
        double mean = 0;
        for (var i = 0; i < _rates.Length; i++)
        {
            mean += _shares[i] > 0 ? _shares[i] * probability(_rates[i]) : 0;
        }

        return mean;
    }

    /// <summary>
    /// How likely the failures are at this rate: a ring holds something bad, or its failures are chance and the next ring explains.
    /// </summary>
    private double Explained(double rate, int ring, double removed)
    {
        if (ring == _rings.Count)
        {
            return 1;
        }

        var clean = Math.Exp(-rate * Math.Max(0, _rings[ring].Weight - removed));
        return 1 - clean + (clean * Math.Pow(PlannedChance, _rings[ring].Failures) * Explained(rate, ring + 1, 0));
    }
}

namespace ImcBot.Benchmarks.Approvals;

/// <summary>Milliseconds of many measurements, as rows of a table.</summary>
internal static class Times
{
    public static void Print(string what, List<double> times) =>
        Console.WriteLine($"| {what} | {At(times, 0.5):0.0} | {At(times, 0.95):0.0} | {times.Max():0.0} | {times.Count} |");

    /// <summary>What this share of them is not above.</summary>
    public static double At(List<double> times, double share) => times.Order().ElementAt((int)Math.Ceiling(share * times.Count) - 1);
}

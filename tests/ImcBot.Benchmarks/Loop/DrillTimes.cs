using System.Diagnostics;
using System.Text.Json.Nodes;
using ImcBot.Testing;

namespace ImcBot.Benchmarks.Loop;

/// <summary>What one drill's transcript says about time. Seconds.</summary>
/// <param name="EventToCard">From the alert's newest event, when the relay was already listening, to the first card in the channel.</param>
/// <param name="Survey">From the opening to the last answer of the survey.</param>
internal sealed record DrillTimes(double EventToCard, double Survey, double FirstGoodMail, double Whole)
{
    private const double Micros = 1e6;

    public static async Task<DrillTimes> MeasureAsync(int count, int seed, CancellationToken cancellationToken)
    {
        var lab = Repository.Path("src/ImcBot.Lab/bin/Release/net10.0/ImcBot.Lab.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                lab,
                "drill",
                "--faults",
                "message:1",
                "--count",
                $"{count}",
                "--seed",
                $"{seed}",
                "--answers",
                "approve",
                "--json",
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        using var drill = Process.Start(start) ?? throw new InvalidOperationException("The drill did not start.");
        var output = await drill.StandardOutput.ReadToEndAsync(cancellationToken);
        await drill.WaitForExitAsync(cancellationToken);
        var result = JsonNode.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        return Read(result, File.ReadLines(result["transcript"]!.ToString()));
    }

    private static DrillTimes Read(JsonNode result, IEnumerable<string> transcript)
    {
        var facts = transcript
            .Where(line => line.StartsWith("{\"entry\":", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line)!)
            .Select(line => line["entry"]!["fact"] ?? line["fact"])
            .OfType<JsonNode>()
            .ToList();
        double At(string kind) => facts.First(fact => fact["$type"]!.ToString() == kind)["at"]!.GetValue<long>();
        var opened = facts[0];
        var alert = opened["alert"]!;
        var heard = Math.Max(
            alert["events"]!.AsArray().Max(said => said!["at"]!.GetValue<long>()),
            alert["backlog"]!.GetValue<bool>() ? alert["at"]!.GetValue<long>() : 0
        );
        var survey = facts.TakeWhile(fact => fact["$type"]!.ToString() != "planned").Last(fact => fact["$type"]!.ToString() == "checked")[
            "at"
        ]!.GetValue<long>();
        return new(
            (At("posted") - heard) / Micros,
            (survey - opened["at"]!.GetValue<long>()) / Micros,
            result["secondsToFirstGoodMail"]?.GetValue<double>() ?? double.NaN,
            result["seconds"]!.GetValue<double>()
        );
    }
}

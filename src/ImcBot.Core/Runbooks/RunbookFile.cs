using ImcBot.Contracts;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <summary>
/// Reads a runbook from its YAML bytes and refuses it, with every line that is wrong, when it does not fit catalog and roles.
/// </summary>
internal static partial class RunbookFile
{
    /// <exception cref="RunbookException">Something in it is wrong.</exception>
    public static Runbook Load(byte[] bytes, string file)
    {
        var problems = new List<YamlProblem>();
        var runbook = YamlMapping.Read(bytes, "runbook", problems) is { } root ? Read(root, ContentDigest.Of(bytes)) : null;
        return problems.Count == 0 && runbook is not null
            ? runbook
            : throw new RunbookException(file, [.. problems.OrderBy(problem => problem.Line)]);
    }

    private static Runbook Read(YamlMapping root, string digest)
    {
        var service = root.Text("service");
        var parameters = ReadParameters(root, service);
        var opening = ReadOpening(root);
        var queue = ReadQueue(root);
        var runbook = new Runbook(
            root.Text("id"),
            root.Text("title"),
            service,
            opening.Events,
            [.. root.Mappings("verify").Select(ReadCheck)],
            [.. root.Mappings("steps").Select(step => Searching(ReadStep(step, service), queue))],
            digest
        )
        {
            At = root.MarkOf("steps"),
            Parameters = parameters,
            Words = ReadWords(root),
            Outages = opening.Outages,
            IsManual = opening.IsManual,
        };
        CheckWhole(root, runbook);
        CheckSteps(root, runbook);
        CheckQueue(root, runbook);
        root.Finish();
        return runbook;
    }

    private static void CheckWhole(YamlMapping root, Runbook runbook)
    {
        if (!root.Has("opens-on"))
        {
            root.Refuse("'opens-on' is missing: say which events open an incident, or 'manual: true'.");
        }

        if (runbook.Verify.Count == 0)
        {
            root.Refuse("'verify' is empty: without it nobody knows when the host is healthy.", "verify");
        }
        else if (
            !runbook.Verify.Any(check =>
                Catalog.PurposeOf(check.Use) is Purpose.Running && check.With.GetValueOrDefault(CallArguments.Service) == runbook.Service
            )
        )
        {
            root.Refuse(
                $"'verify' never asks whether {runbook.Service} runs: begin it with '{{ use: {Catalog.Of(Purpose.Running)!.Id}, "
                    + $"with: {{ service: {runbook.Service} }} }}'.",
                "verify"
            );
        }

        if (runbook.Steps.Count == 0)
        {
            root.Refuse("'steps' is empty.", "steps");
        }

        var start = Binding.Fill(runbook.StartOnce.Starts[0], root.Names);
        if (runbook.Service.Length > 0 && Catalog.Refuse(start) is { } refusal)
        {
            root.Refuse(refusal, "service");
        }
    }

    private static void CheckSteps(YamlMapping root, Runbook runbook)
    {
        foreach (var (step, read) in runbook.Steps.Zip(root.Mappings("steps")))
        {
            if (runbook.Find(step.Id) != step)
            {
                read.Refuse($"Two steps are called '{step.Id}'; give each its own id.", "id");
            }

            foreach (var offer in step.Offers.Where(offer => step.Offers.First(one => one.Name == offer.Name) != offer))
            {
                root.Problems.Add(
                    new(
                        offer.At,
                        $"Two remedies of step '{step.Id}' are called '{offer.Name}'; the second would never be offered. Give each "
                            + "its own name."
                    )
                );
            }

            foreach (var after in step.After)
            {
                if (runbook.Find(after) is not { } other)
                {
                    read.Refuse($"Step '{step.Id}' comes after '{after}', which is no step of this runbook.", "after");
                }
                else if (other == step || other.After.Contains(step.Id, StringComparer.Ordinal))
                {
                    read.Refuse(
                        $"Step '{step.Id}' comes after '{after}' and that comes after '{step.Id}': neither could ever be left for "
                            + "the other. Remove one.",
                        "after"
                    );
                }
            }
        }
    }

    private static Step ReadStep(YamlMapping step, string service)
    {
        var check = step.Mapping("check") is { } asked ? ReadCheck(asked) : MissingCheck(step);
        var offers = new List<Offer>();
        if (step.Mapping("ladder") is { } ladder)
        {
            offers.Add(ReadLadder(ladder, check, service));
        }

        offers.AddRange(step.Mappings("remedies").Select(remedy => ReadRemedy(remedy, service)));
        if (offers.Count == 0)
        {
            step.Refuse($"Step '{step.TextOrNull("id")}' offers nothing: give it a 'ladder' or 'remedies'.");
        }

        var read = new Step(
            step.Text("id"),
            step.Text("name"),
            step.Text("kb"),
            step.TextOrNull("departs"),
            check,
            offers,
            [.. step.Texts("after").Select(after => after.Text)],
            step.Flag("last-resort")
        )
        {
            At = step.At,
        };
        step.Finish();
        return read;
    }

    private static Call MissingCheck(YamlMapping step)
    {
        step.Refuse("A step needs a 'check' that only reads.");
        return Call.To("");
    }
}

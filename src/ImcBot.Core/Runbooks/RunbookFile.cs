using System.Text;
using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ImcBot.Core.Runbooks;

/// <summary>Reads a runbook from its YAML bytes and refuses it, with every line that is wrong, when it does not fit catalog and roles.</summary>
internal static class RunbookFile
{
    /// <exception cref="RunbookException">Something in it is wrong.</exception>
    public static Runbook Load(byte[] bytes, string file)
    {
        var problems = new List<RunbookProblem>();
        var runbook = Root(bytes, problems) is { } root ? Read(root, ContentDigest.Of(bytes)) : null;
        return problems.Count == 0 && runbook is not null ? runbook : throw new RunbookException(file, [.. problems.OrderBy(problem => problem.Line)]);
    }

    private static YamlReader? Root(byte[] bytes, List<RunbookProblem> problems)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(Encoding.UTF8.GetString(bytes)));
            if (stream.Documents.Count == 1)
            {
                return YamlReader.Of(stream.Documents[0].RootNode, "The runbook", problems);
            }

            problems.Add(new(new(1, 1), "A runbook file holds exactly one YAML document."));
        }
        catch (YamlException error)
        {
            problems.Add(new(new(error.Start.Line, error.Start.Column), $"This is not YAML: {error.Message}"));
        }

        return null;
    }

    private static Runbook Read(YamlReader root, string digest)
    {
        var service = root.Text("service");
        var runbook = new Runbook(
            root.Text("id"), root.Text("title"), service,
            [.. root.Mappings("opens-on").Where(entry => !entry.Flag("manual")).Select(Opening).OfType<OpensOn>()],
            [.. root.Mappings("verify").Select(ReadCheck)],
            [.. root.Mappings("steps").Select(step => ReadStep(step, service))],
            digest) { At = root.MarkOf("steps") };
        CheckWhole(root, runbook);
        CheckSteps(root, runbook);
        root.Finish();
        return runbook;
    }

    private static void CheckWhole(YamlReader root, Runbook runbook)
    {
        if (!root.Has("opens-on"))
        {
            root.Refuse("'opens-on' is missing: say which events open an incident, or 'manual: true'.");
        }

        if (runbook.Verify.Count == 0)
        {
            root.Refuse("'verify' is empty: without it nobody knows when the host is healthy.", "verify");
        }
        else if (!runbook.Verify.Any(check => check.Use is "service.running" && check.With.GetValueOrDefault("service") == runbook.Service))
        {
            root.Refuse($"'verify' never asks whether {runbook.Service} runs: begin it with '{{ use: service.running, with: {{ service: {runbook.Service} }} }}'.", "verify");
        }

        if (runbook.Steps.Count == 0)
        {
            root.Refuse("'steps' is empty.", "steps");
        }

        var start = Call.To("service.start", ("service", runbook.Service));
        if (runbook.Service.Length > 0 && Catalog.Refuse(start) is { } refusal)
        {
            root.Refuse(refusal, "service");
        }
    }

    private static void CheckSteps(YamlReader root, Runbook runbook)
    {
        foreach (var (step, read) in runbook.Steps.Zip(root.Mappings("steps")))
        {
            if (runbook.Find(step.Id) != step)
            {
                read.Refuse($"Two steps are called '{step.Id}'; give each its own id.", "id");
            }

            foreach (var offer in step.Offers.Where(offer => step.Offers.First(one => one.Name == offer.Name) != offer))
            {
                root.Problems.Add(new(offer.At, $"Two remedies of step '{step.Id}' are called '{offer.Name}'; the second would never be offered. Give each its own name."));
            }

            foreach (var after in step.After)
            {
                if (runbook.Find(after) is not { } other)
                {
                    read.Refuse($"Step '{step.Id}' comes after '{after}', which is no step of this runbook.", "after");
                }
                else if (other == step || other.After.Contains(step.Id, StringComparer.Ordinal))
                {
                    read.Refuse($"Step '{step.Id}' comes after '{after}' and that comes after '{step.Id}': neither could ever be left for the other. Remove one.", "after");
                }
            }
        }
    }

    private static OpensOn? Opening(YamlReader entry)
    {
        var log = entry.Mapping("eventlog");
        entry.Finish();
        if (log is null)
        {
            entry.Refuse("An entry of 'opens-on' is either 'eventlog: {...}' or 'manual: true'.");
            return null;
        }

        var opens = new OpensOn(log.Text("log"), log.Text("source"), log.Numbers("ids"), log.Numbers("warnings"), log.Numbers("foreign"));
        if (opens.Fatal.Count + opens.Warning.Count == 0)
        {
            log.Refuse("No event opens an incident here: name 'ids' or 'warnings'.");
        }

        log.Finish();
        return opens;
    }

    private static Step ReadStep(YamlReader step, string service)
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
            step.Text("id"), step.Text("name"), step.Text("kb"), step.TextOrNull("departs"), check, offers, step.Texts("after"), step.Flag("last-resort")) { At = step.At };
        step.Finish();
        return read;
    }

    private static Call MissingCheck(YamlReader step)
    {
        step.Refuse("A step needs a 'check' that only reads.");
        return Call.To("programs.list");
    }

    private static Offer ReadLadder(YamlReader ladder, Call goal, string service)
    {
        Call[] rungs = [.. ladder.Mappings("rungs").Select(ReadRung)];
        if (rungs.Length == 0)
        {
            ladder.Refuse("A ladder needs 'rungs', gentlest first.");
        }

        if (ladder.TextOrNull("restarts") is { } restarted && Forbidden.RefuseLadderRestart(restarted) is { } refusal)
        {
            ladder.Refuse(refusal, "restarts");
        }

        var offer = new Offer(
            ladder.TextOrNull("name") ?? "ladder", ladder.Text("does"), new Remedy(rungs, goal, [], Starts(ladder, service)), null,
            ReadApproval(ladder), Rides: false, Later: false, Search: null) { At = ladder.At };
        ladder.Finish();
        return offer;
    }

    private static Offer ReadRemedy(YamlReader remedy, string service)
    {
        var offer = remedy.Has("person") ? ReadPersonal(remedy) : ReadUse(remedy, service);
        var when = ReadWhen(remedy);
        remedy.Finish();
        return offer with { When = when };
    }

    private static OfferWhen ReadWhen(YamlReader remedy)
    {
        var when = remedy.TextOrNull("when") switch
        {
            null => OfferWhen.Always,
            "arrivals-fail" => OfferWhen.ArrivalsFail,
            "spool-not-the-cause" => OfferWhen.SpoolNotTheCause,
            _ => (OfferWhen?)null,
        };
        if (when is null)
        {
            remedy.Refuse("'when' is 'arrivals-fail' or 'spool-not-the-cause'; leave it out where the remedy may be offered at once.", "when");
        }

        return when ?? OfferWhen.Always;
    }

    private static Offer ReadPersonal(YamlReader remedy) => new(
        remedy.TextOrNull("name") ?? "by-hand", remedy.Text("person"), null,
        remedy.Mapping("evidence") is { } evidence ? ReadCheck(evidence) : null, ApprovalRule.OnCall, Rides: false, remedy.Flag("later"), Search: null) { At = remedy.At };

    private static Offer ReadUse(YamlReader remedy, string service)
    {
        var call = ReadCall(remedy);
        if (Demand(remedy, call, check: false) && remedy.Flag("rides") && Forbidden.RefuseRider(call) is { } refusal)
        {
            remedy.Refuse(refusal, "rides");
        }

        var search = call.Use == "mail.search"
            && int.TryParse(call.With.GetValueOrDefault("starts"), out var starts)
            && int.TryParse(call.With.GetValueOrDefault("store-crashes"), out var crashes)
            && int.TryParse(call.With.GetValueOrDefault("minutes"), out var minutes)
                ? new SearchLimits(starts, crashes, minutes)
                : null;
        return new Offer(
            remedy.TextOrNull("name") ?? call.Use, remedy.Text("does"), new Remedy([call], null, [], Waits(call) ? Starts(remedy, service) : []), null,
            ReadApproval(remedy), remedy.Flag("rides"), Later: false, search) { At = remedy.At, Impact = ReadImpact(remedy, call) };
    }

    private static Impact ReadImpact(YamlReader remedy, Call call)
    {
        if (remedy.TextOrNull("impact") is not { } word)
        {
            return Impact.Read;
        }

        if (!Enum.TryParse<Impact>(word, ignoreCase: true, out var impact) || impact is Impact.Unknown or Impact.Read || char.IsDigit(word[0]))
        {
            remedy.Refuse($"'{word}' is no impact; use reversible, disruptive or destructive.", "impact");
        }
        else if (Catalog.Find(call.Use) is not null && Forbidden.RefuseImpact(call, impact) is { } refusal)
        {
            remedy.Refuse(refusal, "impact");
        }

        return impact;
    }

    /// <summary>Whether a start must follow: a search starts by itself, and a pause of inbound mail clears the way for one.</summary>
    private static bool Waits(Call call) => call.Use is not ("mail.search" or "inbound.pause");

    private static IReadOnlyList<Call> Starts(YamlReader remedy, string service)
    {
        var start = Call.To("service.start", ("service", service));
        if (remedy.TextOrNull("restarts") is not { } restarted)
        {
            return [start];
        }

        var restart = Call.To("service.restart", ("service", restarted));
        if (Catalog.Refuse(restart) is { } refusal)
        {
            remedy.Refuse(refusal, "restarts");
        }

        return [restart, start];
    }

    private static ApprovalRule ReadApproval(YamlReader remedy)
    {
        if (remedy.Mapping("approval") is not { } approval)
        {
            remedy.Refuse("Every remedy needs 'approval: { role: ... }': nothing is changed without one.");
            return ApprovalRule.OnCall;
        }

        var count = approval.TextOrNull("quorum") is not { } quorum ? 1 : int.TryParse(quorum, out var people) && people is >= 1 and <= 5 ? people : 0;
        var rule = new ApprovalRule(approval.Text("role"), approval.Flag("other-person"), Math.Max(1, count), approval.Texts("co-sign"));
        if (count == 0)
        {
            approval.Refuse("'quorum' is how many people of the role must approve: 1 to 5.", "quorum");
        }

        foreach (var role in rule.Seats.Distinct(StringComparer.Ordinal).Except(Role.Approvers, StringComparer.Ordinal))
        {
            approval.Refuse($"'{role}' is not a role; use one of {string.Join(", ", Role.Approvers)}.", role == rule.Role ? "role" : "co-sign");
        }

        approval.Finish();
        return rule;
    }

    private static Call ReadCheck(YamlReader reader)
    {
        var call = ReadCall(reader);
        Demand(reader, call, check: true);
        reader.Finish();
        return call;
    }

    private static Call ReadRung(YamlReader reader)
    {
        var call = ReadCall(reader);
        if (Demand(reader, call, check: false) && Forbidden.RefuseRung(call) is { } refusal)
        {
            reader.Refuse(refusal, "use");
        }

        reader.Finish();
        return call;
    }

    private static Call ReadCall(YamlReader reader)
    {
        var use = reader.Text("use");
        var with = reader.Mapping("with")?.Scalars() ?? new Dictionary<string, string>(StringComparer.Ordinal);
        return new Call(use, Catalog.Find(use)?.Version ?? 0, with);
    }

    private static bool Demand(YamlReader reader, Call call, bool check)
    {
        if (Catalog.Find(call.Use) is not { } entry)
        {
            reader.Refuse(Catalog.Refuse(call)!, "use");
            return false;
        }

        if (entry.IsCheck != check)
        {
            reader.Refuse(check ? $"'{call.Use}' acts; a check may only read." : $"'{call.Use}' only reads; a remedy must name an action of the catalog.", "use");
            return false;
        }

        if ((Catalog.Refuse(call) ?? Forbidden.Refuse(call)) is not { } refusal)
        {
            return true;
        }

        reader.Refuse(refusal, reader.Has("with") ? "with" : "use");
        return false;
    }
}

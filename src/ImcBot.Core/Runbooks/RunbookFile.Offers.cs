using ImcBot.Contracts;
using ImcBot.Core.Approvals;
using ImcBot.Yaml;

namespace ImcBot.Core.Runbooks;

/// <content>What a step may offer: ladders, remedies, work for a person, and who approves.</content>
internal static partial class RunbookFile
{
    private static Offer ReadLadder(YamlMapping ladder, Call goal, string service)
    {
        Call[] rungs = [.. ladder.Mappings("rungs").Select(ReadRung)];
        if (rungs.Length == 0)
        {
            ladder.Refuse("A ladder needs 'rungs', gentlest first.");
        }

        if (
            ladder.TextOrNull("restarts") is { } restarted
            && Forbidden.RefuseLadderRestart(Binding.Fill(restarted, ladder.Names)) is { } refusal
        )
        {
            ladder.Refuse(refusal, "restarts");
        }

        var offer = new Offer(
            ladder.TextOrNull("name") ?? "ladder",
            ladder.Text("does"),
            new Remedy(rungs, goal, [], Follows(ladder, rungs, service)),
            null,
            ReadApproval(ladder),
            Rides: false,
            Later: false,
            Search: null
        )
        {
            At = ladder.At,
        };
        ladder.Finish();
        return offer;
    }

    private static Offer ReadRemedy(YamlMapping remedy, string service)
    {
        var offer = remedy.Has("person") ? ReadPersonal(remedy) : ReadUse(remedy, service);
        var when = ReadWhen(remedy);
        remedy.Finish();
        return offer with { When = when };
    }

    private static OfferWhen ReadWhen(YamlMapping remedy)
    {
        var when = remedy.TextOrNull("when") switch
        {
            null => OfferWhen.Always,
            "arrivals-fail" => OfferWhen.ArrivalsFail,
            "queue-not-the-cause" or KeptNames.QueueNotTheCause => OfferWhen.QueueNotTheCause,
            _ => (OfferWhen?)null,
        };
        if (when is null)
        {
            remedy.Refuse(
                "'when' is 'arrivals-fail' or 'queue-not-the-cause'; leave it out where the remedy may be offered at once.",
                "when"
            );
        }

        return when ?? OfferWhen.Always;
    }

    private static Offer ReadPersonal(YamlMapping remedy) =>
        new(
            remedy.TextOrNull("name") ?? "by-hand",
            remedy.Text("person"),
            null,
            remedy.Mapping("evidence") is { } evidence ? ReadCheck(evidence) : null,
            ApprovalRule.OnCall,
            Rides: false,
            remedy.Flag("later"),
            Search: null
        )
        {
            At = remedy.At,
        };

    private static Offer ReadUse(YamlMapping remedy, string service)
    {
        var call = ReadCall(remedy);
        if (Demand(remedy, call, check: false) && remedy.Flag("rides") && Forbidden.RefuseRider(call) is { } refusal)
        {
            remedy.Refuse(refusal, "rides");
        }

        var search =
            IsSearch(call)
            && int.TryParse(call.With.GetValueOrDefault(CallArguments.Starts), out var starts)
            && int.TryParse(call.With.GetValueOrDefault(CallArguments.Crashes), out var crashes)
            && int.TryParse(call.With.GetValueOrDefault(CallArguments.Minutes), out var minutes)
                ? new SearchLimits(starts, crashes, minutes)
                : null;
        return new Offer(
            remedy.TextOrNull("name") ?? call.Use,
            remedy.Text("does"),
            new Remedy([call], null, [], Follows(remedy, [call], service)),
            null,
            ReadApproval(remedy),
            remedy.Flag("rides"),
            Later: false,
            search
        )
        {
            At = remedy.At,
            Impact = ReadImpact(remedy, call),
        };
    }

    private static Impact ReadImpact(YamlMapping remedy, Call call)
    {
        if (remedy.TextOrNull("impact") is not { } word)
        {
            return Impact.Read;
        }

        if (
            !Enum.TryParse<Impact>(word, ignoreCase: true, out var impact)
            || impact is Impact.Unknown or Impact.Read
            || char.IsDigit(word[0])
        )
        {
            remedy.Refuse($"'{word}' is no impact; use reversible, disruptive or destructive.", "impact");
        }
        else if (Catalog.Find(call.Use) is not null && Forbidden.RefuseImpact(call, impact) is { } refusal)
        {
            remedy.Refuse(refusal, "impact");
        }

        return impact;
    }

    private static ApprovalRule ReadApproval(YamlMapping remedy)
    {
        if (remedy.Mapping("approval") is not { } approval)
        {
            remedy.Refuse("Every remedy needs 'approval: { role: ... }': nothing is changed without one.");
            return ApprovalRule.OnCall;
        }

        var count =
            approval.TextOrNull("quorum") is not { } quorum ? 1
            : int.TryParse(quorum, out var people) && people is >= 1 and <= 5 ? people
            : 0;
        var rule = new ApprovalRule(
            approval.Text("role"),
            approval.Flag("other-person"),
            Math.Max(1, count),
            [.. approval.Texts("co-sign").Select(signer => signer.Text)]
        );
        if (count == 0)
        {
            approval.Refuse("'quorum' is how many people of the role must approve: 1 to 5.", "quorum");
        }

        foreach (var role in rule.Seats.Distinct(StringComparer.Ordinal).Except(Role.Approvers, StringComparer.Ordinal))
        {
            approval.Refuse(
                $"'{role}' is not a role; use one of {string.Join(", ", Role.Approvers)}.",
                role == rule.Role ? "role" : "co-sign"
            );
        }

        approval.Finish();
        return rule;
    }
}

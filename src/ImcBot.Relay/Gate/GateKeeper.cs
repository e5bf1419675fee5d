using System.Text.Json;
using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Gate;

/// <summary>
/// Decides by itself whether a job may change the server. Fails closed: whatever is not proved is refused with its reason.
/// </summary>
internal sealed class GateKeeper(string relay, GrantReader grants, RelayLedger ledger, BotClock clock, PolicyGuard guard, TimeProvider time)
{
    /// <summary>No grant lives longer than an hour, whatever it says.</summary>
    private const long LongestLife = 3600;

    /// <summary>How far the bot's seconds may be ahead of its own poll answers.</summary>
    private const long Slack = 60;

    /// <summary>Judges a job.</summary>
    public async Task<Admission> JudgeAsync(Job job, Receipt receipt)
    {
        var (grant, token, refusal) = await grants.ReadAsync(job.Grant);
        if (grant is null)
        {
            return Admission.Refused(refusal!);
        }

        try
        {
            return await JudgeAsync(job, grant, token, receipt);
        }
        catch (HostException exception)
        {
            return exception.IsAway
                ? Admission.Broken(token, Signed(grant, receipt), exception.Message)
                : Admission.Refused(exception.Message);
        }
    }

    /// <summary>The bot's time as far as it is known, Unix microseconds.</summary>
    public long? BotTime => clock.Now;

    private async Task<Admission> JudgeAsync(Job job, Grant grant, string token, Receipt receipt)
    {
        var (begun, signed) = (ledger.BegunRuns(job.Run.Question), Signed(grant, receipt));
        return clock.Now is not { } now ? Admission.Untimely("The bot's time is not known yet.")
            : Lives(grant, now / 1_000_000, receipt) is { } untimely ? untimely
            : Fits(job, grant) is { } misfit ? Admission.Refused(misfit)
            : Unfollowing(job.Run, begun) is { } gap ? Admission.Refused(gap)
            : Counts(job.Run, grant, begun, signed) is { } over ? Admission.Refused(over)
            : await JudgePlanAsync(job, grant, token, signed);
    }

    /// <summary>
    /// The bot's time by the grant's own word, Unix microseconds: whoever stands between can tell any time in the answer of a poll, but
    /// not in what is signed for that poll.
    /// </summary>
    private long Signed(Grant grant, Receipt receipt) =>
        (grant.IssuedAt * 1_000_000) + (long)time.GetElapsedTime(receipt.At).TotalMicroseconds;

    private Admission? Lives(Grant grant, long now, Receipt receipt)
    {
        var life = grant.ExpiresAt - grant.IssuedAt;
        return life is <= 0 or > LongestLife
                ? Admission.Refused($"The grant's lifetime of {life} s is not between 1 s and {LongestLife} s.")
            : grant.Nonce is null
                ? Admission.Refused("The grant names no poll that it answers: the bot is older than this relay, update the bot first.")
            : grant.Nonce != receipt.Nonce ? Admission.Untimely("The grant answers another poll.")
            : grant.IssuedAt > now + Slack ? Admission.Untimely("The grant was issued in the future.")
            : grant.ExpiresAt <= now ? Admission.Untimely("The grant has expired.")
            : time.GetElapsedTime(receipt.At).TotalSeconds >= life ? Admission.Untimely("The grant has expired since it was received.")
            : null;
    }

    private static string? Fits(Job job, Grant grant) =>
        job.Plan is null ? "The job names no plan."
        : grant.Question != job.Run.Question ? $"The grant is for {grant.Question}, the job is {job.Run}."
        : grant.Plan != job.Plan ? "The grant is for another plan."
        : grant.Order != job.Order?.Digest ? "The grant is for another round, or the bot is older than this relay: update the bot first."
        : grant.Approvers.Count == 0 ? "The grant names nobody who approved."
        : null;

    private static string? Counts(RunId run, Grant grant, IReadOnlyList<BegunRun> begun, long now) =>
        run.Run > grant.Runs ? $"The grant allows {Words.Count(grant.Runs, "run")}."
        : grant.Minutes < 0 || (begun.Count > 0 && now - begun[0].Begun > grant.Minutes * 60_000_000L)
            ? $"The grant ended {Words.Count(grant.Minutes, "minute")} after the first run."
        : null;

    /// <summary>Why a job can be no run of this relay, whatever grant it comes with, or null.</summary>
    public string? Misfit(Job job) => Read(job).Wrong ?? Unfollowing(job.Run, ledger.BegunRuns(job.Run.Question));

    private static string? Unfollowing(RunId run, IReadOnlyList<BegunRun> begun)
    {
        var last = begun is [.., var newest] ? newest.Run.Run : 0;
        return run.Run != last + 1 ? $"{run} does not follow the last begun run, {last}." : null;
    }

    /// <summary>
    /// Judges again a run that had begun before this relay was restarted: its grant is used up, it is not counted twice, all
    /// else counts as it is now.
    /// </summary>
    /// <param name="bringsToRest">Safe rest goes past the caps and past a person who has taken over: items must come to rest.</param>
    public async Task<(Plan? Plan, string? Refusal)> JudgeBegunAsync(Job job, bool bringsToRest)
    {
        var (plan, wrong) = Read(job);
        var refusal = plan is null ? wrong : await RefuseAsync(plan, bringsToRest, job.Run);
        return refusal is null ? (plan, null) : (null, refusal);
    }

    private async Task<Admission> JudgePlanAsync(Job job, Grant grant, string token, long now)
    {
        var (plan, wrong) = Read(job);
        if (plan is null)
        {
            return Admission.Refused(wrong!);
        }

        var impact = guard.ImpactOf(plan);
        var searches = plan.Effects.Any(effect => Catalog.PurposeOf(effect.Call.Use) is Purpose.Search) && plan.Remedy.UndoOf is null;
        return RelayPolicy.Weight(impact) > RelayPolicy.Weight(grant.Impact) || grant.Impact == Impact.Unknown
                ? Admission.Refused($"The plan's impact is {RelayPolicy.Word(impact)}, the grant allows {RelayPolicy.Word(grant.Impact)}.")
            : searches && job.Order is null or { Kind: RoundKind.Unknown } ? Admission.Refused("A search needs an order for its round.")
            : !searches && job.Order is not null ? Admission.Refused("Only a search takes orders for rounds.")
            : await RefuseAsync(plan, job.BringsToRest, now: now) is { } refusal ? Admission.Refused(refusal)
            : new Admission(plan, token, now, null);
    }

    /// <summary>The plan that a job is for, byte for byte as it was approved, or why there is none.</summary>
    private (Plan? Plan, string? Wrong) Read(Job job)
    {
        if (ledger.FindPlan(job.Plan ?? "") is not { } bytes)
        {
            return (null, "This relay has made no such plan.");
        }

        try
        {
            var plan = Plan.FromBytes(bytes);
            var wrong =
                ContentDigest.Of(bytes) != job.Plan ? "The plan in the ledger has been altered."
                : plan.Question != job.Run.Question ? $"The plan answers {plan.Question}, the job is {job.Run}."
                : plan.Relay != relay ? "The plan was made by another relay."
                : Foreign(plan);
            return wrong is null ? (plan, null) : (null, wrong);
        }
        catch (JsonException)
        {
            return (null, "The plan in the ledger cannot be read.");
        }
    }

    /// <summary>Why this relay does not act on a plan now, whoever has approved it, or null.</summary>
    private async Task<string?> RefuseAsync(Plan plan, bool bringsToRest, RunId? begun = null, long? now = null) =>
        await guard.RefuseAsync(plan, bringsToRest, CancellationToken.None, begun, now) is { } refusal ? refusal
        : ledger.IsTakenOver && !bringsToRest ? "A person has taken over; this relay only reads until it is handed back."
        : guard.Policy.Shadow
            ? "This relay is in shadow mode and carries nothing out. It would now "
                + $"{string.Join("; ", plan.Effects.Select(effect => effect.Does))}."
        : null;

    private string? Foreign(Plan plan) =>
        plan.Effects.FirstOrDefault(effect => !Known(effect.Call)) is { } foreign
            ? $"'{foreign.Call.Use}' version {foreign.Call.Version} is not in this relay's catalog."
            : null;

    private bool Known(Call call) => guard.Policy.Catalog.TryGetValue(call.Use, out var entry) && entry.Version == call.Version;
}

/// <summary>How a job came.</summary>
/// <param name="At">Monotonic time stamp: a grant does not outlive its lifetime since then.</param>
/// <param name="Nonce">Of the poll that it answers.</param>
internal sealed record Receipt(long At, string Nonce);

/// <summary>The gate's answer: the plan to execute, or why not.</summary>
/// <param name="Token">The grant's own id.</param>
/// <param name="BotTime">Unix microseconds by the bot's clock.</param>
/// <param name="Break">The grant counts, but the server does not answer, so nothing can be judged further nor done.</param>
/// <param name="IsUntimely">Only the time is wrong: the link was slow, or a clock was set. What was approved may be planned again.</param>
internal sealed record Admission(Plan? Plan, string Token, long BotTime, string? Refusal, string? Break = null, bool IsUntimely = false)
{
    public static Admission Refused(string reason) => new(null, "", 0, reason);

    public static Admission Untimely(string reason) => Refused(reason) with { IsUntimely = true };

    public static Admission Broken(string token, long botTime, string reason) => new(null, token, botTime, reason, reason);
}

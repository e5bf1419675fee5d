using System.Diagnostics.CodeAnalysis;

namespace ImcBot.Core.Runbooks;

/// <summary>What people read about a runbook's subject. What a runbook does not say has a plain word that fits any service.</summary>
internal sealed record SubjectWords
{
    /// <summary>What it is called, such as "the print server".</summary>
    [AllowNull]
    public string Service
    {
        get => field ?? "the service";
        init;
    }

    /// <summary>What it is called inside a sentence; as <see cref="Service"/> where a runbook does not say.</summary>
    [AllowNull]
    public string Short
    {
        get => field ?? Service;
        init;
    }

    /// <summary>That it works, as a clause, such as "the print server prints".</summary>
    [AllowNull]
    public string Working
    {
        get => field ?? $"{Service} works";
        init;
    }

    /// <summary>That it runs and nobody knows yet whether it works.</summary>
    [AllowNull]
    public string Up
    {
        get => field ?? $"{Service} is up";
        init;
    }

    /// <summary>That it does not run.</summary>
    [AllowNull]
    public string Stopped
    {
        get => field ?? $"{Service} STOPPED";
        init;
    }

    /// <summary>That it runs and does not answer.</summary>
    public string Silent => $"{Service} DOES NOT ANSWER";

    private readonly string? _whenStopped;

    /// <summary>What its users notice while it does not run and while it works, each a sentence.</summary>
    [AllowNull]
    public string WhenStopped
    {
        get => _whenStopped ?? $"{Capital(Stopped)}.";
        init => _whenStopped = value;
    }

    /// <summary>What they notice while it runs and does not answer: the same as while it does not run.</summary>
    public string WhenSilent => _whenStopped ?? $"{Capital(Silent)}.";

    [AllowNull]
    public string WhenWorking
    {
        get => field ?? $"{Capital(Working)}.";
        init;
    }

    /// <summary>Who is disconnected when it crashes; null where nobody is.</summary>
    public string? Users { get; init; }

    /// <summary>What it costs that items wait, such as "delay, nothing is lost"; null where that is not known.</summary>
    public string? Waits { get; init; }

    /// <summary>One piece of its queue.</summary>
    [AllowNull]
    public string Item
    {
        get => field ?? "item";
        init;
    }

    [AllowNull]
    public string Items
    {
        get => field ?? $"{Item}s";
        init;
    }

    /// <summary>
    /// What the queue holds, as a whole, where the language has a word for it; the plural of <see cref="Item"/> where a runbook does not
    /// say.
    /// </summary>
    [AllowNull]
    public string Matter
    {
        get => field ?? Items;
        init;
    }

    /// <summary>Where items wait to be worked on.</summary>
    [AllowNull]
    public string Queue
    {
        get => field ?? "the queue";
        init;
    }

    /// <summary>Where what it has worked on waits to leave.</summary>
    [AllowNull]
    public string Outgoing
    {
        get => field ?? "the outgoing queue";
        init;
    }

    /// <summary>Where it puts aside by itself what it could not work on.</summary>
    [AllowNull]
    public string Archive
    {
        get => field ?? "the archive";
        init;
    }

    [AllowNull]
    public string Crash
    {
        get => field ?? "crash";
        init;
    }

    [AllowNull]
    public string Crashes
    {
        get => field ?? $"{Crash}es";
        init;
    }

    /// <summary>The same words with every text put through this: for a runbook that is about whatever service its subject names.</summary>
    public SubjectWords With(Func<string, string> text) =>
        new()
        {
            Service = text(Service),
            Short = text(Short),
            Working = text(Working),
            Up = text(Up),
            Stopped = text(Stopped),
            WhenStopped = _whenStopped is null ? null : text(_whenStopped),
            WhenWorking = text(WhenWorking),
            Users = Users is null ? null : text(Users),
            Waits = Waits is null ? null : text(Waits),
            Item = text(Item),
            Items = text(Items),
            Matter = text(Matter),
            Queue = text(Queue),
            Outgoing = text(Outgoing),
            Archive = text(Archive),
            Crash = text(Crash),
            Crashes = text(Crashes),
        };

    /// <summary>That it works, inside a sentence.</summary>
    public string Works => InShort(Working);

    /// <summary>That it runs, inside a sentence.</summary>
    public string IsUp => InShort(Up);

    /// <summary>A label for a row or a bar.</summary>
    public string Label => Capital(Short.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? Short[4..] : Short);

    public string CountItems(long count) => Count(count, Item, Items);

    public string CountCrashes(long count) => Count(count, Crash, Crashes);

    /// <summary>A number with its noun, such as "1 message" or "3 messages".</summary>
    public static string Count(long count, string noun, string? plural = null) =>
        count == 1 ? $"1 {noun}" : $"{count} {plural ?? noun + "s"}";

    /// <summary>A clause as a title: it begins with a capital and its last word stands out.</summary>
    public static string Loud(string clause)
    {
        var last = clause.LastIndexOf(' ') + 1;
        return Capital(clause[..last] + clause[last..].ToUpperInvariant());
    }

    public static string Capital(string text) => text is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : text;

    private string InShort(string clause) =>
        clause.StartsWith(Service, StringComparison.Ordinal) ? Short + clause[Service.Length..] : clause;
}

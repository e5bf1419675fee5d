using System.Collections.ObjectModel;

namespace ImcBot.Core.Runbooks;

/// <summary>What people read about a runbook's subject. What a runbook does not say has a plain word that fits any service.</summary>
/// <param name="said">What the runbook says, by the names of <see cref="Names"/>.</param>
internal sealed class SubjectWords(IReadOnlyDictionary<string, string> said)
{
    /// <summary>What a runbook may say in a few words.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. "service short working up stopped silent users item items matter queue outgoing archive crash crashes".Split(' ')];

    /// <summary>What it may say in a sentence.</summary>
    public static IReadOnlyList<string> Sentences { get; } = ["when-stopped", "when-working", "waits"];

    /// <summary>Of a runbook that says nothing.</summary>
    public static SubjectWords Plain { get; } = new(ReadOnlyDictionary<string, string>.Empty);

    /// <summary>What it is called, such as "the print server".</summary>
    public string Service => Said("service") ?? "the service";

    /// <summary>What it is called inside a sentence; as <see cref="Service"/> where a runbook does not say.</summary>
    public string Short => Said("short") ?? Service;

    /// <summary>That it works, as a clause, such as "the print server prints".</summary>
    public string Working => Said("working") ?? $"{Service} works";

    /// <summary>That it runs and nobody knows yet whether it works.</summary>
    public string Up => Said("up") ?? $"{Service} is up";

    /// <summary>That it does not run.</summary>
    public string Stopped => Said("stopped") ?? $"{Service} STOPPED";

    /// <summary>That it runs and does not do its work, such as "the print server DOES NOT PRINT".</summary>
    public string Silent => Said("silent") ?? $"{Service} DOES NOT ANSWER";

    /// <summary>What its users notice while it does not run and while it works, each a sentence.</summary>
    public string WhenStopped => Said("when-stopped") ?? $"{Capital(Stopped)}.";

    /// <summary>What they notice while it runs and does not do its work: the same as while it does not run.</summary>
    public string WhenSilent => Said("when-stopped") ?? $"{Capital(Silent)}.";

    public string WhenWorking => Said("when-working") ?? $"{Capital(Working)}.";

    /// <summary>Who is disconnected when it crashes; null where nobody is.</summary>
    public string? Users => Said("users");

    /// <summary>What it costs that items wait, such as "delay, nothing is lost"; null where that is not known.</summary>
    public string? Waits => Said("waits");

    /// <summary>One piece of its queue.</summary>
    public string Item => Said("item") ?? "item";

    public string Items => Said("items") ?? $"{Item}s";

    /// <summary>
    /// What the queue holds, as a whole, where the language has a word for it; the plural of <see cref="Item"/> where a runbook does not
    /// say.
    /// </summary>
    public string Matter => Said("matter") ?? Items;

    /// <summary>Where items wait to be worked on.</summary>
    public string Queue => Said("queue") ?? "the queue";

    /// <summary>Where what it has worked on waits to leave.</summary>
    public string Outgoing => Said("outgoing") ?? "the outgoing queue";

    /// <summary>Where it puts aside by itself what it could not work on.</summary>
    public string Archive => Said("archive") ?? "the archive";

    public string Crash => Said("crash") ?? "crash";

    public string Crashes => Said("crashes") ?? $"{Crash}es";

    /// <summary>The same words with every text put through this: for a runbook that is about whatever service its subject names.</summary>
    public SubjectWords With(Func<string, string> text) =>
        new(said.ToDictionary(pair => pair.Key, pair => text(pair.Value), StringComparer.Ordinal));

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

    /// <summary>The first few names and how many more there are, such as "A, B and 3 more".</summary>
    public static string List(IEnumerable<string> names, int count, int most) =>
        string.Join(", ", names.Take(most)) + (count > most ? $" and {count - most} more" : "");

    /// <summary>A clause as a title: it begins with a capital and its last word stands out.</summary>
    public static string Loud(string clause)
    {
        var last = clause.LastIndexOf(' ') + 1;
        return Capital(clause[..last] + clause[last..].ToUpperInvariant());
    }

    public static string Capital(string text) => text is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : text;

    private string InShort(string clause) =>
        clause.StartsWith(Service, StringComparison.Ordinal) ? Short + clause[Service.Length..] : clause;

    private string? Said(string name) => said.GetValueOrDefault(name);
}

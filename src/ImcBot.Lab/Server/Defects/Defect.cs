using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Server.Defects;

internal enum DefectEffect
{
    /// <summary>The store process ends with an access violation.</summary>
    Crash,

    /// <summary>The store's conversion never returns.</summary>
    Hang,

    /// <summary>The store refuses the message; the mail service moves it to In\Archive and goes on (4117).</summary>
    Archive,

    /// <summary>As a crash, after the store has logged 12800 ("not enough memory").</summary>
    CrashOutOfMemory,
}

/// <summary>When the converter meets the defect.</summary>
internal enum ConversionStage
{
    /// <summary>Before the store has acknowledged the file: the mail service cannot name it in 4182.</summary>
    Scan,

    /// <summary>After it: 4182 names the file.</summary>
    Convert,
}

/// <summary>
/// One kind of bad message of the domain reference, section 11. <paramref name="Plant"/> puts it into a message (text of one byte a
/// character, without envelope); <paramref name="Recognises"/> is the store's own parsing that stumbles over it at run time.
/// </summary>
/// <param name="Id">Name in faults and ground truth.</param>
/// <param name="Article">Knowledge Base article that describes the failure.</param>
/// <param name="FixedIn">First build of Store.exe that archives the message instead; null: this practice store was never fixed.</param>
internal sealed record Defect(
    string Id,
    string Article,
    DefectEffect Effect,
    ConversionStage Stage,
    string? FixedIn,
    Func<string, string> Plant,
    Func<InternetMessage, bool> Recognises
)
{
    /// <summary>What the defect does in a store of this build.</summary>
    public DefectEffect EffectIn(string build) =>
        FixedIn is not null && Version.Parse(build) >= Version.Parse(FixedIn) ? DefectEffect.Archive : Effect;
}

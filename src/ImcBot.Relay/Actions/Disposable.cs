namespace ImcBot.Relay.Actions;

/// <summary>What a policy says may be deleted for good to gain space.</summary>
/// <param name="Folder">In full, or with a name such as <c>${temp}</c>; with every folder below it where the pattern is <c>*</c>.</param>
/// <param name="Pattern">Of the files' names.</param>
/// <param name="Age">Only what is older than this.</param>
internal sealed record Disposable(string Folder, string Pattern, TimeSpan Age)
{
    public const string Everything = "*";

    public override string ToString() => $"{(Pattern == Everything ? Folder : $"{Folder}: {Pattern}")} older than {Words.Age(Age)}";
}

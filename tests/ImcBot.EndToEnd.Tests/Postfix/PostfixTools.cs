using ImcBot.Lab.Postfix;

namespace ImcBot.EndToEnd.Tests.Postfix;

/// <summary>What an administrator does with the tools of Postfix.</summary>
internal static class PostfixTools
{
    public static Task HoldAsync(PostfixFolder folder, string id) =>
        PostfixPackage.AskAsync(PostfixPackage.Postsuper, "-c", folder.Settings, "-h", id);
}

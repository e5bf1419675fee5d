namespace ImcBot.Lab.Server.Api;

/// <summary>Who asks for a change, for the server's record: the relay's claim, or a caller without one.</summary>
internal static class Caller
{
    public const string Header = "X-ImcBot-Run";
    public const string Unnamed = "remote";

    public static string Of(HttpRequest request) =>
        request.Headers[Header].FirstOrDefault() is { Length: > 0 and <= 200 } claim ? claim : Unnamed;
}

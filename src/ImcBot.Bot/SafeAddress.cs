namespace ImcBot.Bot;

/// <summary>Addresses that a secret or a decision may be sent to.</summary>
internal static class SafeAddress
{
    /// <summary>Whether nobody can listen on the way: https, or http within this machine.</summary>
    public static bool IsSafe(this Uri? url) =>
        url is { IsAbsoluteUri: true } && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    public static bool IsSafe(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsSafe();
}

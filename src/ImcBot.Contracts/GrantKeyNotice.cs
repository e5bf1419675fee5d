namespace ImcBot.Contracts;

/// <summary>How the bot tells its relays new grant keys: an ES256 JWT signed by a grant key that the relay trusts already. The claim holds
/// the JWK set as
/// text. While an old key is being replaced the set holds both, signed by the old one; afterwards only the new one, signed by
/// itself.</summary>
public static class GrantKeyNotice
{
    public const string TokenType = "imcbot-grant-keys+jwt",
        KeysClaim = "keys";
}

/// <summary>A relay's new key, for which the old one vouches.</summary>
/// <param name="PublicKey">JWK of the new key, as in an enrolment.</param>
/// <param name="Proof">A client assertion signed by the new key: whoever sends it holds that key.</param>
/// <param name="OldProof">A client assertion signed by the old key; null where the request's own is, as it is without Entra.</param>
public sealed record RelayKeyChange(string PublicKey, string Proof, string? OldProof = null);

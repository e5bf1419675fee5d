namespace ImcBot.Contracts;

/// <summary>Enrolment: the code's secret and the relay's own public key (JWK, ES256).</summary>
public sealed record Enrolment(string Secret, string Host, string PublicKey);

/// <summary>Answer to an enrolment; the relay waits until an administrator has confirmed its fingerprint in the channel.</summary>
/// <param name="Relay">The relay's id from now on.</param>
/// <param name="GrantKeys">Public keys (JWK set) that sign grants.</param>
public sealed record Enrolled(string Relay, string GrantKeys);

namespace ImcBot.Lab.Server.Mail;

/// <summary>One delivery as the store notes it in its database file, one JSON document a line.</summary>
internal sealed record Delivery(string Token, string Name, string Sha256, long At);

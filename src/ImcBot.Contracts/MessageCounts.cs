namespace ImcBot.Contracts;

/// <summary>Where every message of a search is; the states always sum to what was found plus what arrived.</summary>
public sealed record MessageCounts(int Found, int Arrived, int InSpool, int Held, int Accepted, int Archived, int Deleted, int Unknown)
{
    /// <summary>Whether no message is missing or counted twice.</summary>
    public bool IsBalanced => Found + Arrived == InSpool + Held + Accepted + Archived + Deleted + Unknown;
}

namespace ImcBot.Lab.Server.Mail;

/// <summary>Names of spool files: eight upper-case letters and digits, such as 3XDW6BQJ.</summary>
internal static class SpoolName
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    public static string Next(Random random) => new(random.GetItems<char>(Alphabet, 8));
}

namespace ImcBot.Relay.Hosts.Setup;

/// <summary>
/// The relay as a Windows service: starts with Windows, a little later than what it needs, and again a minute after it has failed.
/// </summary>
internal static class WindowsSetup
{
    public const string Service = "ImcBotRelay";

    /// <param name="account">A group-managed account (<c>DOMAIN\name$</c>) needs no password; for any other, set it afterwards in the
    /// service's properties.</param>
    public static IReadOnlyList<Step> Install(string program, string data, string? account) =>
        [
            Sc(
                $"create {Service} binPath= \"\\\"{program}\\\" run --service --data \\\"{data}\\\"\" start= delayed-auto "
                    + $"DisplayName= \"ImcBot relay\"{(account is null ? "" : $" obj= \"{account}\"")}"
            ),
            Sc($"description {Service} \"Runs checks and approved actions on one server for ImcBot. It only calls out.\""),
            Sc($"failure {Service} reset= 86400 actions= restart/60000/restart/60000/restart/60000"),
        ];

    public static IReadOnlyList<Step> Uninstall() => [Sc($"stop {Service}", mayFail: true), Sc($"delete {Service}")];

    private static RunStep Sc(string line, bool mayFail = false) => new("sc.exe", [], line, mayFail);
}

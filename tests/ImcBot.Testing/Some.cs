using ImcBot.Contracts;
using ImcBot.Core;
using ImcBot.Core.Incidents;
using ImcBot.Core.Runbooks;

namespace ImcBot.Testing;

/// <summary>Plausible sample values.</summary>
internal static class Some
{
    public const long Start = 1_000_000_000_000_000;

    public const string Host = "EXCH01",
        Relay = "relay-exch01";

    public static Person Responder { get; } = Person("11111111-0000-0000-0000-000000000001", "Riley Reyes");

    public static Person OnCall { get; } = Person("11111111-0000-0000-0000-000000000002", "Olu Adeyemi", "on-call");

    public static Person Lead { get; } =
        Person("11111111-0000-0000-0000-000000000003", "Lena Lindqvist", "on-call", "lead", "administrator");

    public static Runbook Runbook { get; } =
        RunbookFile.Load(File.ReadAllBytes(Repository.Path("manifests/runbooks/Q317653.yaml")), "Q317653.yaml");

    public static Person Person(string id, string name, params string[] roles) => new(id, new Sealed(name), roles);

    public static HostProfile Profile { get; } = new(2, 2, 10, 10, 1, 5);

    /// <summary>A call with something for each argument that its entry needs.</summary>
    public static Call Call(string use) =>
        Contracts.Call.To(
            use,
            [.. Catalog.Entries[use].Arguments.Where(argument => argument.Required).Select(argument => (argument.Name, Argument(argument)))]
        );

    /// <summary>A text is free but where it is the name of a setting, or its value.</summary>
    private static string Argument(Argument argument) =>
        argument switch
        {
            { Name: "name" } => "default_process_limit",
            { Name: "value" } => "100",
            { Kind: ArgumentKind.Path } => "${temp}",
            { Kind: ArgumentKind.Pattern } => "*",
            { Kind: ArgumentKind.Number or ArgumentKind.Numbers } => "25",
            { Kind: ArgumentKind.Size } => "500MB",
            { Kind: ArgumentKind.Duration } => "1h",
            { Kind: ArgumentKind.Service } => "MSExchangeIMC",
            { Kind: ArgumentKind.Version } => "5.5.2656.60",
            _ => "text",
        };

    public static HostEvent Event(int id, string source = "MSExchangeIMC", params string[] names) =>
        new(id, Start - 60_000_000, source, id, $"event {id}", names);

    public static HostAlert Alert(bool serviceUp, params int[] events) =>
        new(Host, "MSExchangeIMC", serviceUp, false, [.. events.Select(id => Event(id))], Start);

    public static Opened Opened(bool quiet = false) =>
        new(Start, 7, Host, Relay, Runbook.Digest, Profile, 42, quiet, Alert(quiet, quiet ? 4116 : 4102), null);
}

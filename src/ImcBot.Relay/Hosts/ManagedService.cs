using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ImcBot.Relay.Hosts;

/// <summary>
/// What the policy file says of a service beside its name: how it is started and stopped where no service manager does, how its settings
/// are tested, what it writes. Each vector is a program and its arguments; no shell reads them.
/// </summary>
internal sealed record ManagedService(string Name)
{
    public string Display { get; init; } = Name;

    /// <summary>Starts it and returns; null where the service manager does.</summary>
    public IReadOnlyList<string>? Start { get; init; }

    /// <summary>Asks it to stop.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Has it read its settings again.</summary>
    public IReadOnlyList<string>? Reload { get; init; }

    /// <summary>Tells how it is: exit code 0 it runs, 3 it is stopped, 1 or 2 it has died (as init scripts do).</summary>
    public IReadOnlyList<string>? Status { get; init; }

    /// <summary>Tests its settings and changes nothing; exit code 0 is well.</summary>
    public IReadOnlyList<string>? Check { get; init; }

    /// <summary>The folder with its settings, where a product has to be told which of its instances this is.</summary>
    public string? Settings { get; init; }

    /// <summary>Where it writes the number of its main process, and what it removes when it stops in an orderly way.</summary>
    public string? PidFile { get; init; }

    /// <summary>The file that it writes what goes wrong to.</summary>
    public string? Log { get; init; }

    /// <summary>While this file is there, people do not want it to run.</summary>
    public string? DisabledBy { get; init; }

    /// <summary>Names of services that must run first.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>How long each vector may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after a stop its processes are killed; null: never.</summary>
    public TimeSpan? KillAfter { get; init; }

    public bool IsOwn => Start is not null;

    /// <summary>Tells these vectors from others.</summary>
    public string Way =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    new JsonArray(
                        Words(Start),
                        Words(Stop),
                        Words(Reload),
                        Words(Status),
                        Words(Check),
                        PidFile,
                        DisabledBy,
                        Words(Needs),
                        Limit.ToString(),
                        KillAfter?.ToString()
                    ).ToJsonString()
                )
            )
        )[..12];

    private static JsonArray? Words(IReadOnlyList<string>? vector) =>
        vector is null ? null : new([.. vector.Select(word => (JsonNode?)word)]);
}

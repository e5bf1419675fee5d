using System.Text.Json.Serialization;
using ImcBot.Contracts;

namespace ImcBot.Relay.Hosts;

[JsonConverter(typeof(TolerantEnumConverter<ServiceState>))]
internal enum ServiceState
{
    Unknown,
    Stopped,
    StartPending,
    Running,
    StopPending,
}

/// <summary>One service as its manager tells it.</summary>
/// <param name="DependsOn">Short names, read live: other products add themselves (Q250500).</param>
internal sealed record ServiceInfo(
    string Name,
    string Display,
    ServiceState State,
    IReadOnlyList<string> DependsOn,
    long ExitCode,
    long ServiceCode
);

internal interface IServices
{
    Task<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Folders with the settings of services, where the policy names them.</summary>
    IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A setting that a service keeps where neither service manager nor registry has it; null where this driver cannot read it.
    /// </summary>
    Task<string?> SettingAsync(string service, string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>What is known of a service beside its state; null where this driver tells no more.</summary>
    Task<ServiceDetail?> DetailAsync(string service, CancellationToken cancellationToken) => Task.FromResult<ServiceDetail?>(null);

    /// <summary>How a test of its settings ended, which changes nothing; null where there is none.</summary>
    Task<CommandResult?> TestSettingsAsync(string service, CancellationToken cancellationToken) => Task.FromResult<CommandResult?>(null);
}

namespace ImcBot.Relay.Hosts;

/// <summary>The numbers of Windows, as its own driver and the practice server say them, and the kinds they are of.</summary>
internal static class Win32
{
    public const int NotFound = 2,
        Denied = 5,
        InUse = 32,
        NoAnswer = 53,
        DiskFull = 112,
        Exists = 183,
        Infected = 225,
        DependantsRun = 1051,
        AlreadyRunning = 1056,
        NotStarted = 1062,
        Changed = 1168;

    private static readonly Dictionary<int, HostError> Kinds = new()
    {
        [NotFound] = HostError.NotFound,
        [Denied] = HostError.Denied,
        [InUse] = HostError.InUse,
        [NoAnswer] = HostError.NoAnswer,
        [DiskFull] = HostError.Full,
        [Exists] = HostError.Exists,
        [Infected] = HostError.Infected,
        [DependantsRun] = HostError.DependantsRun,
        [AlreadyRunning] = HostError.AlreadyRunning,
        [NotStarted] = HostError.NotStarted,
        [Changed] = HostError.Changed,
    };

    /// <summary>The codes of a network path or an RPC server that is not there.</summary>
    public static bool IsNoAnswer(int code) => code is 51 or NoAnswer or 1707 or 1722 or 1727;

    /// <summary>The kind of a code; null where there is no code.</summary>
    public static HostError? Kind(int? code) =>
        code is not { } number ? null
        : IsNoAnswer(number) ? HostError.NoAnswer
        : Kinds.GetValueOrDefault(number, HostError.Other);

    /// <summary>The code of a kind, for what speaks as Windows does; null for a kind that stands for many.</summary>
    public static int? Code(HostError? kind) =>
        Kinds.FirstOrDefault(pair => pair.Value == kind) is { Key: not 0 and var code } ? code : null;
}

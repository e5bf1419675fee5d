using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Hosts.Linux;
using ImcBot.Relay.Hosts.Setup;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Doctor;

/// <summary>
/// What the checks and the actions that the policy allows need of this Linux, and whether the relay has it. Only looks.
/// </summary>
internal sealed class RightsExam(ActionSet actions, LinuxRights rights, OwnRights own)
{
    private const string Mend = "Run 'imcbot-relay install' again and restart the relay",
        Journal = "/var/log/journal";

    private RelayPolicy Policy => actions.Policy;

    /// <summary>One line for each right that something needs, in the order of the table.</summary>
    public IEnumerable<Diagnosis> Look() =>
        LinuxRight
            .All.Select(right => (right, Needing: Needing(right.Right)))
            .Where(one => one.Needing.Count > 0 && IsAskedFor(one.right.Right))
            .Select(one =>
                Missing(one.right).ToList() is { Count: > 0 } missing
                    ? Diagnosis.Bad("rights", $"{string.Join(", ", one.Needing)}: {string.Join("; ", missing)}.")
                    : Diagnosis.Good("rights", $"{string.Join(", ", one.Needing)}: {Had(one.right)}")
            );

    private List<string> Needing(Right right) =>
        [
            .. actions
                .Checks.Values.Where(check => check.Rights.Contains(right))
                .Select(check => check.Id)
                .Concat(
                    actions
                        .Actions.Values.Where(action => action.Rights.Contains(right) && MayBeAsked(action) && IsHighEnough(action.Id))
                        .Select(action => action.Id)
                )
                .Where(id => !Policy.Off.Contains(id))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Nobody asks for what only a server of another kind has, or for what the policy has no folder or service for.</summary>
    private bool MayBeAsked(IAction action) => action.IsFor(PathGrammar.Unix, rights.Services) && action.Rights.All(IsGiven);

    private bool IsHighEnough(string id) => RelayPolicy.Weight(Policy.Catalog[id].Impact) <= RelayPolicy.Weight(Policy.Highest);

    /// <summary>Whether there is anything to use it on.</summary>
    private bool IsAskedFor(Right right) => IsGiven(right) && (right is not Right.Programs || Programs.Any());

    /// <summary>Whether the policy allows anything that it is for.</summary>
    private bool IsGiven(Right right) =>
        right switch
        {
            Right.Files => rights.Folders.Count > 0,
            Right.Services => rights.Services.Count > 0,
            Right.Journal => rights.Folders.Any(folder => PathGrammar.Unix.IsWithin(Journal, folder)),
            _ => true,
        };

    private IEnumerable<string> Missing(LinuxRight right) =>
        right.Right switch
        {
            Right.Files => rights.Folders.Select(folder => Closed(folder, right)).OfType<string>(),
            Right.Journal => Closed(Journal, right) is { } closed ? [closed] : [],
            Right.Services => Control().Concat(rights.Services.Where(service => service.IsOwn).Select(Others).OfType<string>()),
            Right.Programs => Programs.Distinct(StringComparer.Ordinal).Select(NotRun).OfType<string>(),
            _ => Lacking(right) is { } lacking ? [$"{lacking}. {Mend}"] : [],
        };

    private string Had(LinuxRight right) =>
        right.Right switch
        {
            Right.Files => $"{string.Join(", ", rights.Folders)} may be changed",
            Right.Journal => $"{Journal} may be changed",
            Right.Services => string.Join(", ", rights.Services.Select(service => service.Name)),
            Right.Programs => $"{string.Join(", ", Programs.Distinct(StringComparer.Ordinal))} may be run; the rest each asks for itself",
            _ => string.Join(", ", right.Capabilities),
        };

    /// <summary>Null where nothing is lacking.</summary>
    private string? Lacking(LinuxRight right) =>
        own.Lacking(right.Capabilities) is { Count: > 0 } lacking
            ? $"{own.Process} (user {own.User}) has no {string.Join(", no ", lacking)}"
            : null;

    /// <summary>Why nothing in a folder could be changed; null where it can. Who owns a folder needs no capability in it.</summary>
    private string? Closed(string folder, LinuxRight right) =>
        Native.Refusal(own.Root + folder, Access.Write) switch
        {
            0 => Native.LookThrough(own.Root + folder)?.User != own.User && Lacking(right) is { } lacking
                ? $"in {folder} {lacking}. {Mend}"
                : null,
            Errno.ReadOnly => $"{folder} is read-only for {own.Process}, so its unit has no ReadWritePaths= for it. {Mend}",
            Errno.NotFound or Errno.NotAFolder =>
                $"{folder} is no folder here; make it, or take it out of the policy's 'folders', then install again",
            _ => $"{folder} may not be written{(Lacking(right) is { } lacking ? $": {lacking}" : "")}. {Mend}",
        };

    private IEnumerable<string> Control()
    {
        if (own.IsRoot || rights.Control is not { } control)
        {
            yield break;
        }

        if (Native.Refusal(control.Path, Access.Read) is var refusal and not 0)
        {
            yield return refusal == Errno.NotFound
                ? $"{control.Path} is not there, so systemd refuses to control {string.Join(", ", rights.Units)}. {Mend}"
                : $"{control.Path} may not be read, so it is not known whether {string.Join(", ", rights.Units)} may be controlled";
        }
        else if (File.ReadAllText(control.Path) != control.Text)
        {
            yield return $"{control.Path} says something else than the policy does now. {Mend}";
        }
    }

    /// <summary>Why a service of the policy's vectors could not be controlled; null where nothing is in the way.</summary>
    private string? Others(ManagedService service) =>
        NotRun(service.Start![0])
        ?? NotRun(service.Stop![0])
        ?? (
            Owner(service) is { } user && user != own.User && !own.Has("CAP_KILL")
                ? $"{service.Name} runs as user {user} and {own.Process} as user {own.User}: it could not be stopped; run the relay as "
                    + "that user, or as root"
                : null
        );

    /// <summary>Whose its main process is; null where that is not known or there is none.</summary>
    private static uint? Owner(ManagedService service) =>
        service.PidFile is { } file
        && Native.Refusal(file, Access.Read) == 0
        && int.TryParse(File.ReadAllText(file).Trim(), out var id)
        && LinuxProcess.Exists(id)
            ? Native.LookThrough($"/proc/{id}")?.User
            : null;

    private IEnumerable<string> Programs =>
        rights
            .Services.Select(service => service.Check)
            .OfType<IReadOnlyList<string>>()
            .Concat(Policy.Commands.Select(command => command.Run))
            .Select(vector => vector[0]);

    private static string? NotRun(string program) =>
        Native.Refusal(program, Access.Execute) switch
        {
            0 => null,
            Errno.NotFound or Errno.NotAFolder => $"{program} is not here; install it, or mend the policy",
            _ => $"{program} may not be run by this user; mend its rights, or run the relay as a user that may",
        };
}

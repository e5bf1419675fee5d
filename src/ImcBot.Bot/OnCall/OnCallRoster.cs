using ImcBot.Core.Approvals;
using Microsoft.Extensions.Options;

namespace ImcBot.Bot.OnCall;

/// <summary>Who holds which role now. Begins with the fixed lists; <see cref="RosterRefresher"/> changes it as shifts do.</summary>
internal sealed class OnCallRoster(IOptions<OnCallOptions> options)
{
    private DutyRoster? _roster;

    /// <summary>Who holds which role, in the order in which they are asked.</summary>
    public DutyRoster Roster => Volatile.Read(ref _roster) ?? With(new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal));

    /// <summary>The roles of a person, by Entra object id.</summary>
    public IReadOnlyList<string> RolesOf(string personId) => Roster.RolesOf(personId);

    public IReadOnlyList<string> Holders(string role) => Roster.Of(role);

    /// <summary>Puts these people on shift; those of the fixed lists stand behind them.</summary>
    public void Change(IReadOnlyDictionary<string, IReadOnlyList<string>> shifts) => Volatile.Write(ref _roster, With(shifts));

    private DutyRoster With(IReadOnlyDictionary<string, IReadOnlyList<string>> shifts) =>
        new(
            Role.All.ToDictionary(
                role => role,
                role =>
                    (IReadOnlyList<string>)
                        [
                            .. (shifts.GetValueOrDefault(role) ?? [])
                                .Concat(options.Value.Roles.TryGetValue(role, out var fixedList) ? fixedList : [])
                                .Distinct(StringComparer.OrdinalIgnoreCase),
                        ],
                StringComparer.Ordinal
            )
        );
}

namespace ImcBot.Relay.Tests.Kills;

/// <summary>How a kill falls on a change.</summary>
internal enum KillMoment
{
    /// <summary>The relay dies when it has asked for the change, which is not made.</summary>
    Before,

    /// <summary>The change is made, and the relay dies before it hears of it.</summary>
    Unheard,

    /// <summary>The relay dies some milliseconds after the change, often while it writes to its ledger.</summary>
    SoonAfter,

    /// <summary>As <see cref="Before"/>, and once more while the restarted relay recovers.</summary>
    Twice,
}

/// <summary>One of the points at which a relay is killed.</summary>
/// <param name="Change">Counts every single change of the server, each file of a list for itself, from 1.</param>
/// <param name="Further">Milliseconds for <see cref="KillMoment.SoonAfter"/>, changes of the recovery for
/// <see cref="KillMoment.Twice"/>.</param>
internal sealed record KillPoint(int Number, KillMoment Moment, int Change, int Further)
{
    /// <summary>Points of a whole campaign.</summary>
    public const int All = 300;

    /// <summary>Every change of a scenario is a point of each moment; what is left of the campaign kills twice.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="changes">How many changes the undisturbed scenario makes.</param>
    public static KillPoint Of(int number, int changes)
    {
        var moment = (KillMoment)Math.Min(number / changes, (int)KillMoment.Twice);
        var further = moment is KillMoment.SoonAfter ? number % 7 * 3 : 1 + (number % 5);
        return new KillPoint(number, moment, 1 + ((moment is KillMoment.Twice ? number * 7 : number) % changes), further);
    }
}

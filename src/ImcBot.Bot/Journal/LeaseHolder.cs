using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace ImcBot.Bot.Journal;

/// <summary>
/// This process among those that share the database. Any of them may append; what must be done by one at a time is done by the one that
/// holds the duty's lease. Alone, on the embedded database, it holds every duty without asking.
/// </summary>
internal sealed class LeaseHolder(IDbContextFactory<JournalDb> databases, TimeProvider clock, bool isAlone)
{
    /// <summary>
    /// After so long without renewal a duty is anybody's. The clocks of the replicas may differ by a part of this; should two hold a duty
    /// all the same, the channel may be told something twice, and the journal is guarded by its own numbers. A lease that ends later than
    /// any can was taken by a clock that was set back since.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly string _name = $"{Environment.MachineName} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    public bool IsAlone => isAlone;

    /// <summary>The duty to speak in the channel for an incident.</summary>
    public static string PublisherOf(int incident) => $"voice {incident}";

    /// <summary>The duty to call a role for an incident.</summary>
    public static string PagerOf(int incident, string role) => $"pager {incident} {role}";

    /// <summary>Takes a duty, or keeps it for another lease; false while another replica has it.</summary>
    public async Task<bool> ClaimAsync(string duty, CancellationToken cancellationToken)
    {
        if (isAlone)
        {
            return true;
        }

        var now = clock.Micros();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return 1
            == await db.Database.ExecuteSqlAsync(
                $"""
                insert into leases (duty, holder, until) values ({duty}, {_name}, {now + Lease.Micros()})
                on conflict (duty) do update set holder = excluded.holder, until = excluded.until
                where leases.holder = excluded.holder or leases.until < {now} or leases.until > {now + (2 * Lease).Micros()}
                """,
                cancellationToken
            );
    }

    /// <summary>Gives a duty up, so that another need not wait for the end of its lease.</summary>
    public async Task ReleaseAsync(string duty)
    {
        if (!isAlone)
        {
            await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
            await db.Database.ExecuteSqlAsync($"delete from leases where duty = {duty} and holder = {_name}", CancellationToken.None);
        }
    }

    /// <summary>
    /// Works as the holder of a duty, however long it takes; not at all while another replica has it, and no longer once it is not sure
    /// that none has.
    /// </summary>
    public async Task HoldAsync(string duty, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (isAlone)
        {
            await work(cancellationToken);
            return;
        }

        if (!await ClaimAsync(duty, cancellationToken))
        {
            return;
        }

        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new PeriodicTimer(Lease / 3, clock);
        var renewal = RenewAsync(duty, timer, held);
        try
        {
            await work(held.Token);
        }
        catch (Exception) when (held.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Wherever it was cut off: the duty is another's, who does the rest of it.
        }
        finally
        {
            timer.Dispose();
            await renewal;
            await ReleaseAsync(duty);
        }
    }

    private async Task RenewAsync(string duty, PeriodicTimer timer, CancellationTokenSource held)
    {
        var renewed = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                if (!await ClaimAsync(duty, CancellationToken.None))
                {
                    break;
                }

                renewed = clock.GetTimestamp();
            }
            catch (Exception) when (clock.GetElapsedTime(renewed) < Lease)
            {
                // Nobody else may have it yet: asked again at the next tick.
            }
            catch (Exception)
            {
                break;
            }
        }

        await held.CancelAsync();
    }
}

using System.Diagnostics;
using ImcBot.Bot.Alerts;
using ImcBot.Bot.Journal;
using ImcBot.Bot.Relays;
using ImcBot.Core.Incidents;
using ImcBot.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Xunit;

namespace ImcBot.Bot.Tests.Incidents;

public sealed class What_is_idle_costs_nothing
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public async Task A_look_at_incidents_that_are_idle_is_one_query_however_many_there_are(int incidents)
    {
        await using var room = await EngineRoom.NewAsync();
        await OpenAsync(room, incidents);
        using var watcher = room.DeadlineMonitor();
        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);

        using var queries = new Queries(room.Folder);
        await watcher.LookAsync(Token);

        Assert.Equal(1, queries.Count);
    }

    [Fact]
    public async Task After_a_start_every_open_incident_is_looked_at_however_many_there_are()
    {
        await using var room = await EngineRoom.NewAsync();
        await OpenAsync(room, 120);
        await using var again = await room.RestartAsync();
        using var watcher = again.DeadlineMonitor();

        await watcher.LookAsync(Token);
        await watcher.LookAsync(Token);

        Assert.Equal(Enumerable.Range(1, 120), again.Store.Known.Order());
    }

    [Fact]
    public async Task A_start_wakes_nobody_for_an_incident_that_owes_nothing()
    {
        await using var room = await EngineRoom.NewAsync();
        await OpenAsync(room, 2);
        Assert.Equal([1, 2], await room.Journal.Incidents.OwingAsync(Token));

        await room.SqlAsync("delete from pending where incident = 1");

        Assert.Equal([2], await room.Journal.Incidents.OwingAsync(Token));
    }

    [Fact]
    public async Task A_start_tells_of_no_silent_relay_that_it_is_heard()
    {
        await using var room = await EngineRoom.NewAsync();
        await room.OpenAsync();
        await room.TellAsync(at => new RelaySilent(at));
        await using var again = await room.RestartAsync();
        using var watcher = again.DeadlineMonitor();

        await watcher.LookAsync(Token);
        room.Clock.Advance(TimeSpan.FromSeconds(61));
        await watcher.LookAsync(Token);

        Assert.DoesNotContain(await room.EntriesAsync(), entry => entry.Read().Fact is RelayHeard);
        Assert.Single(await room.EntriesAsync(), entry => entry.Read().Fact is RelaySilent);
    }

    [Fact]
    public async Task A_relay_that_another_replica_hears_is_heard()
    {
        await using var first = await EngineRoom.NewAsync();
        await using var one = EngineRoom.Over(first.Databases, first);
        await using var other = EngineRoom.Over(first.Databases, first);
        await one.Relays.AddAsync(
            new RelayRow
            {
                Id = Some.Relay,
                Host = Some.Host,
                PublicKey = "{}",
                State = RelayRegister.Confirmed,
                EnrolledAt = Some.Start,
            },
            Token
        );
        await other.OpenAsync();
        using var watcher = one.DeadlineMonitor();
        one.Clock.Advance(TimeSpan.FromSeconds(61));
        await watcher.LookAsync(Token);
        Assert.True((await one.Engine.FindAsync(1, Token))!.RelaySilent);

        await other.HearRelayAsync();
        await watcher.LookAsync(Token);

        Assert.False((await one.Engine.FindAsync(1, Token))!.RelaySilent);
    }

    [Fact]
    public async Task After_a_full_disk_everything_is_looked_at_anew()
    {
        await using var first = await EngineRoom.NewAsync();
        var disk = new FullDisk(first.Databases);
        await using var room = EngineRoom.Over(disk, first);
        await room.OpenAsync();
        using var watcher = room.DeadlineMonitor();
        await watcher.LookAsync(Token);
        room.Clock.Advance(TimeSpan.FromSeconds(61));
        disk.IsFull = true;
        Assert.True(DatabaseErrors.IsFull((await Record.ExceptionAsync(() => watcher.LookAsync(Token)))!));

        disk.IsFull = false;
        for (var tick = 0; tick < 3; tick++)
        {
            // What failed meanwhile is heard of once.
            await Record.ExceptionAsync(() => watcher.LookAsync(Token));
        }

        await watcher.LookAsync(Token);
        Assert.True((await room.Engine.FindAsync(1, Token))!.RelaySilent);
    }

    [Fact]
    public async Task What_a_relay_tells_has_the_incidents_of_its_host_read_and_no_others()
    {
        await using var room = await EngineRoom.NewAsync();
        await OpenAsync(room, 3);
        await using var again = await room.RestartAsync();
        var relay = new RelayRow
        {
            Id = "relay-001",
            Host = "EXCH001",
            PublicKey = "{}",
            State = RelayRegister.Confirmed,
            EnrolledAt = Some.Start,
        };

        await new RelayAlerts(again.Engine, again.Journal, again.Runbooks, again.ChangeSignals).TakeAsync(
            relay,
            Some.Alert(false, 4102) with
            {
                Host = relay.Host,
            },
            Token
        );

        Assert.Equal([2], again.Store.Known);
        Assert.Contains(await again.EntriesAsync(2), entry => entry.Read().Fact is Alerted);
    }

    [Fact]
    public async Task A_thread_of_nobody_has_each_incident_read_once()
    {
        await using var room = await EngineRoom.NewAsync();
        await OpenAsync(room, 3);
        await using var again = await room.RestartAsync();
        Assert.Null(await again.Engine.FindByThreadAsync("thread-of-nobody", Token));
        Assert.Equal([1, 2, 3], again.Store.Known.Order());

        again.ChangeSignals.TakeMoved();
        using var queries = new Queries(room.Folder);
        Assert.Null(await again.Engine.FindByThreadAsync("thread-of-nobody", Token));

        Assert.Equal((2, 0), (queries.Count, again.ChangeSignals.TakeMoved().Count));
    }

    private static async Task OpenAsync(EngineRoom room, int incidents)
    {
        for (var host = 0; host < incidents; host++)
        {
            var name = $"EXCH{host:000}";
            await room.Engine.OpenAsync(
                name,
                (at, number, seed) =>
                    Some.Opened() with
                    {
                        At = at,
                        Number = number,
                        Seed = seed,
                        Host = name,
                        Relay = $"relay-{host:000}",
                    },
                Token
            );
        }
    }

    /// <summary>Counts what is asked of the databases in a folder.</summary>
    private sealed class Queries : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string _folder;
        private readonly List<IDisposable> _heard = [];
        private int _count;

        public Queries(string folder)
        {
            _folder = folder;
            _heard.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Count => _count;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                _heard.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (
                value.Key == RelationalEventId.CommandExecuted.Name
                && value.Value is CommandExecutedEventData { Command.Connection.ConnectionString: { } place }
                && place.Contains(_folder, StringComparison.Ordinal)
            )
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        public void Dispose() => _heard.ForEach(one => one.Dispose());
    }
}

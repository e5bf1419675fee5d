using System.Globalization;
using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Nginx;

/// <summary>
/// A live nginx to practise on. It runs without this process having any hand in it: this only starts it first, plants causes, and writes
/// down what is done to it and what becomes of it.
/// </summary>
internal sealed class NginxServer : IPracticeServer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100),
        BetweenVisits = TimeSpan.FromSeconds(1);

    private readonly NginxFolder folder;
    private readonly IReadOnlyList<string> faults;
    private readonly NginxProcess nginx;
    private readonly Record record;
    private readonly NginxCertificates certificates;
    private readonly NginxFaults planter;
    private readonly string wasRunning;
    private volatile bool isAnswered;
    private int? main;
    private int callsRead;

    public NginxServer(NginxFolder folder, IReadOnlyList<string> faults, TimeProvider time)
    {
        (this.folder, this.faults, Time) = (folder, faults, time);
        _ = NginxFolder.Program;
        nginx = new(folder, time);
        record = new(folder.State, time);
        certificates = new(folder, time);
        planter = new(folder, nginx, certificates, record);
        wasRunning = Path.Combine(folder.State, "was-running");
    }

    public TimeProvider Time { get; }

    public bool Install()
    {
        NginxFaults.Check(faults);
        if (!folder.Make())
        {
            return false;
        }

        certificates.Make();
        return true;
    }

    public void Map(WebApplication app)
    {
        app.MapGet("/host", () => new { Name = Environment.MachineName.ToUpperInvariant(), Time = Time.UnixMicros() });
        app.MapGet("/services", () => new[] { new { Name = NginxFolder.Service, State = main is null ? "stopped" : "running" } });
        PracticeApi.Map(app, planter.Planted, planter.PlantAsync, (action, _) => planter.DoAsync(action), Truth, record);
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task RunAsync(bool isNew, CancellationToken cancellationToken)
    {
        callsRead = File.Exists(folder.Calls) ? File.ReadLines(folder.Calls).Count() : 0;
        if (nginx.Main is null && (isNew || File.Exists(wasRunning)))
        {
            await nginx.AskAsync();
        }

        See();
        if (isNew)
        {
            await planter.PlantAsync(faults);
        }

        using var visitor = new NginxVisitor(folder);
        var visiting = VisitAsync(visitor, cancellationToken);
        try
        {
            while (true)
            {
                See();
                await Task.Delay(Look, Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await visiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task CloseAsync()
    {
        File.Delete(wasRunning);
        if (nginx.Main is not null)
        {
            await File.WriteAllTextAsync(wasRunning, "");
            await nginx.KillAsync();
            File.Delete(folder.PidFile);
        }

        await planter.CloseAsync();
    }

    public void Dispose()
    {
        planter.Dispose();
        record.Dispose();
    }

    private async Task VisitAsync(NginxVisitor visitor, CancellationToken cancellationToken)
    {
        while (true)
        {
            isAnswered = await visitor.IsAnsweredAsync(cancellationToken);
            await Task.Delay(BetweenVisits, Time, cancellationToken);
        }
    }

    /// <summary>
    /// In the words of the mail server's truth, so that a drill reads both: what stopped without being asked to stands for crashes of the
    /// store, and mail is none here.
    /// </summary>
    private GroundTruth Truth()
    {
        var changes = record.After(0);
        return new(
            [],
            planter.Planted.All,
            0,
            changes.Count(change => change.What == Record.Died),
            changes.Count(change => change is { What: Record.Start, By: Record.Caller }),
            FirstDeliveryAt: null,
            changes.FirstOrDefault(change => change.What == Record.Died)?.At,
            isAnswered
        );
    }

    /// <summary>Writes down what has changed since the last look.</summary>
    private void See()
    {
        foreach (var call in File.Exists(folder.Calls) ? File.ReadLines(folder.Calls).Skip(callsRead).ToList() : [])
        {
            callsRead++;
            var at = call.Split(' ');
            record.Write(long.Parse(at[0], CultureInfo.InvariantCulture), Record.Caller, at[1], NginxFolder.Service);
        }

        var now = nginx.Main;
        if (now != main)
        {
            if (main is not null)
            {
                record.Write(
                    NginxFolder.Service,
                    File.Exists(folder.PidFile) && now is null ? Record.Died : Record.Stopped,
                    NginxFolder.Service
                );
            }

            if (now is not null)
            {
                record.Write(NginxFolder.Service, Record.Running, NginxFolder.Service, $"process {now}");
            }

            main = now;
        }

        if (folder.HaveSettingsChanged())
        {
            record.Write("unknown", "file.change", folder.Settings);
        }
    }
}

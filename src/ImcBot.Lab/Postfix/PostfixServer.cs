using ImcBot.Lab.Server;
using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;

namespace ImcBot.Lab.Postfix;

/// <summary>How a practice Postfix is set up.</summary>
/// <param name="MailPorts">Where each instance takes mail; faults are planted in the first.</param>
/// <param name="Count">How many messages are sent at the first start, a third of them before the faults.</param>
internal sealed record PostfixOptions(
    string Root,
    IReadOnlyList<int> MailPorts,
    IReadOnlyList<string> Faults,
    int Count,
    int Seed,
    string? Mail
);

/// <summary>A live Postfix to practise on: one of this machine's package in folders of its own, or several.</summary>
internal sealed class PostfixServer : IPracticeServer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly PostfixOptions options;
    private readonly Record record;
    private readonly List<PostfixInstance> instances;
    private readonly PostfixFaults planter;

    public PostfixServer(PostfixOptions options, TimeProvider time)
    {
        PostfixPackage.Need();
        (this.options, Time) = (options, time);
        record = new(Path.Combine(options.Root, "state"), time);
        instances =
        [
            .. PostfixFolder
                .Of(options.Root, options.MailPorts)
                .Select((folder, n) => new PostfixInstance(folder, options.Seed + n, options.Mail, record, time)),
        ];
        planter = new(First, record, time);
    }

    public TimeProvider Time { get; }

    private PostfixInstance First => instances[0];

    public bool Install()
    {
        PostfixFaults.Check(options.Faults);
        return instances.Select(instance => instance.Install()).ToList()[0];
    }

    public void Map(WebApplication app)
    {
        var ending = app.Lifetime.ApplicationStopping;
        app.MapGet("/host", () => new { Name = Environment.MachineName.ToUpperInvariant(), Time = Time.UnixMicros() });
        app.MapGet(
            "/services",
            () =>
                new[]
                {
                    new { Name = First.Folder.Service, State = Told(First.Process.Master) },
                    new { Name = First.Folder.Filter, State = Told(First.Process.Keeper) },
                }
        );
        PracticeApi.Map(
            app,
            planter.Planted,
            faults => planter.PlantAsync(faults, ending),
            (action, _) => planter.DoAsync(action, ending),
            Truth,
            record
        );
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RunAsync(bool isNew, CancellationToken cancellationToken) =>
        Task.WhenAll(instances.Select(instance => instance.RunAsync(ready => PrepareAsync(instance, isNew, ready), cancellationToken)));

    public Task CloseAsync() => Task.WhenAll(instances.Select(instance => instance.CloseAsync()));

    public void Dispose()
    {
        instances.ForEach(instance => instance.Dispose());
        record.Dispose();
    }

    /// <summary>Some mail goes through before anything is wrong, the rest comes behind.</summary>
    private async Task PrepareAsync(PostfixInstance instance, bool isNew, CancellationToken cancellationToken)
    {
        if (!isNew)
        {
            if (instance == First)
            {
                _ = planter.GoOnAsync(cancellationToken);
            }

            return;
        }

        var before = options.Count / 3;
        await SendAsync(instance, before, cancellationToken);
        while (instance.Sink.All.Count < before)
        {
            await Task.Delay(Look, Time, cancellationToken);
        }

        if (instance == First)
        {
            await planter.PlantAsync(options.Faults, cancellationToken);
        }

        await SendAsync(instance, options.Count - before, cancellationToken);
    }

    private static async Task SendAsync(PostfixInstance instance, int count, CancellationToken cancellationToken)
    {
        for (var n = 0; n < count; n++)
        {
            await instance.Postman.SendAsync(cancellationToken);
        }
    }

    private static string Told(int? process) => process is null ? "stopped" : "running";

    private GroundTruth Truth()
    {
        // Deliveries are read last: a message that is delivered meanwhile then counts as delivered and not as missing.
        var sent = instances.SelectMany(instance => instance.Sent).ToList();
        var places = instances.SelectMany(instance => instance.Queue.Find()).ToDictionary(StringComparer.Ordinal);
        var delivered = instances.SelectMany(instance => instance.Sink.All).Where(mail => mail.Token is not null).ToList();
        var counts = delivered.CountBy(mail => mail.Token!).ToDictionary(StringComparer.Ordinal);
        var changes = record.After(0);
        var stopped = changes.FirstOrDefault(change => change is { What: "fault.plant" })?.At;
        return new(
            [
                .. sent.Select(message => new TrueMessage(
                    message.Token,
                    message.Name,
                    message.Sha256,
                    message.Defect is not null,
                    message.Defect,
                    counts.ContainsKey(message.Token)
                        ? MessageState.Delivered
                        : places.GetValueOrDefault(message.Token, MessageState.Deleted),
                    counts.GetValueOrDefault(message.Token)
                )),
            ],
            planter.Planted.All,
            0,
            changes.Count(change => change.What == Record.Died && change.Target == First.Folder.Filter),
            changes.Count(change => change is { What: Record.Start, By: Record.Caller }),
            stopped is null ? null : delivered.Where(mail => mail.At > stopped).Select(mail => (long?)mail.At).Min(),
            stopped
        );
    }
}

using ImcBot.Contracts;
using ImcBot.Relay.Actions;
using ImcBot.Relay.General;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Ledger;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>
/// Moves the Imcdata folder to another volume (Q317653 resolution 1, Q244048): stop, copy everything but Queue.dat, set RootDir.
/// The starts are effects of their own. Mail is moved file by file, copied and verified before the original goes.
/// </summary>
internal sealed class ImcdataMove : IUndoable, IBounded, IWindowsAction
{
    /// <summary>Name of the undo record's value that says whether the service ran before.</summary>
    private const string Ran = "ran";

    public const string Use = "imcdata.move";

    public string Id => Use;

    public async Task<Footprint> FootprintAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var from = await site.ImcdataAsync(cancellationToken);
        return new Footprint([Installation.ImcService], [from, Target(call, from)], [new(Installation.ImcParameters, "RootDir")]);
    }

    public async Task<PlannedEffect> PlanAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var from = await site.ImcdataAsync(cancellationToken);
        var to = Target(call, from);
        var now = await MeasureAsync(call, site, cancellationToken);
        if (PathGrammar.Windows.Same(PathGrammar.Windows.Volume(from), PathGrammar.Windows.Volume(to)))
        {
            throw new HostException($"Imcdata is on {PathGrammar.Windows.Volume(to)} already.");
        }

        await TargetVolume.CheckAsync(site, to, now.Bytes, "Imcdata", cancellationToken);
        return Effects.Of(
            call,
            $"stop the Internet Mail Service if it runs, move {Words.Count((int)now.Count, "file")}, {Words.Bytes(now.Bytes)}, from "
                + $"{from} to {to}, set RootDir",
            await ObserveAsync(call, site, cancellationToken),
            undo: "moves it back, with the mail that has arrived since",
            ceiling: Effects.WithMargin(now.Count, now.Bytes),
            services: await ServiceChange.StopIfRunningAsync(site, Installation.ImcService, cancellationToken)
        );
    }

    public async Task<IReadOnlyDictionary<string, string>> ObserveAsync(Call call, Site site, CancellationToken cancellationToken) =>
        Effects.Seen(
            ("RootDir", await site.ImcdataAsync(cancellationToken)),
            (Installation.ImcService, Words.Of((await site.ServiceAsync(Installation.ImcService, cancellationToken)).State)),
            ("target", (await site.VolumeAsync(call.With["to"], cancellationToken)).Label)
        );

    public async Task<Ceiling> MeasureAsync(Call call, Site site, CancellationToken cancellationToken)
    {
        var files = await FilesAsync(site, await site.ImcdataAsync(cancellationToken), cancellationToken);
        return new Ceiling(files.Count, files.Sum(file => file.Size));
    }

    public async Task<EffectOutcome> ActAsync(PlannedEffect effect, RunContext context, CancellationToken cancellationToken)
    {
        var from = await context.Site.ImcdataAsync(cancellationToken);
        var to = Target(effect.Call, from);
        try
        {
            await TargetVolume.CheckAsync(
                context.Site,
                to,
                (await MeasureAsync(effect.Call, context.Site, cancellationToken)).Bytes,
                "Imcdata",
                cancellationToken
            );
        }
        catch (HostException exception)
        {
            return new EffectOutcome(Id, Verdict.Failed, $"Nothing was moved: {exception.Message}");
        }

        var ran = (await context.Site.ServiceAsync(Installation.ImcService, cancellationToken)).State == ServiceState.Running;
        return await MoveAsync(
            effect.Call,
            from,
            to,
            context,
            () =>
                RegistryEdit.SetAsync(
                    context,
                    effect.Call,
                    Installation.ImcParameters,
                    Root(to),
                    cancellationToken,
                    (Ran, ran ? "true" : "false")
                ),
            cancellationToken
        );
    }

    public async Task<UndoPlan> PlanUndoAsync(UndoRecord record, Site site, CancellationToken cancellationToken) =>
        new(
            $"stop the Internet Mail Service if it runs, move Imcdata back to {record.Before["text"]} with all mail that is in it, "
                + "set RootDir, start it if it ran before",
            await ServiceWork.AroundAsync(site, Installation.ImcService, record.Before.GetValueOrDefault(Ran) == "true", cancellationToken)
        );

    public async Task<EffectOutcome> UndoAsync(UndoRecord record, RunContext context, CancellationToken cancellationToken)
    {
        var runs = (await context.Site.ServiceAsync(Installation.ImcService, cancellationToken)).State == ServiceState.Running;
        var (from, to) = (await context.Site.ImcdataAsync(cancellationToken), record.Before["text"]);
        var moved = await MoveAsync(
            record.Call,
            from,
            to,
            context,
            () => context.Writer.SetValueAsync(Installation.ImcParameters, Root(to), cancellationToken),
            cancellationToken
        );
        if (moved.Verdict != Verdict.Clear)
        {
            return moved;
        }

        // The Queue.dat that stayed behind points to mail that has gone since.
        await Queue.SetAsideAsync(context.Writer, to, 1, cancellationToken);
        var wrong =
            runs || record.Before.GetValueOrDefault(Ran) == "true"
                ? await ServiceWork.ResumeAsync(context, Installation.ImcService, cancellationToken)
                : null;
        return wrong is null ? moved : new EffectOutcome(Id, Verdict.Failed, $"{moved.Summary} {wrong}");
    }

    private static async Task<EffectOutcome> MoveAsync(
        Call call,
        string from,
        string to,
        RunContext context,
        Func<Task> setRoot,
        CancellationToken cancellationToken
    )
    {
        if (await ServiceWork.RestAsync(context, Installation.ImcService, cancellationToken) is { } hangs)
        {
            return new EffectOutcome(call.Use, Verdict.Unknown, hangs);
        }

        await context.Writer.CreateFolderAsync(to, cancellationToken);
        foreach (
            var folder in (await context.Site.Host.Files.ListAsync(from, "*", recursive: true, cancellationToken) ?? []).Where(entry =>
                entry.Folder
            )
        )
        {
            await context.Writer.CreateFolderAsync(to + folder.Path[from.Length..], cancellationToken);
        }

        var files = await FilesAsync(context.Site, from, cancellationToken);
        var results = await context.Writer.MoveAsync(
            [.. files.Select(file => new FileMove(file.Path, to + file.Path[from.Length..]))],
            cancellationToken
        );
        if (results.FirstOrDefault(result => !result.Done) is { } stuck)
        {
            var moved = files
                .Zip(results)
                .Where(pair => pair.Second.Done)
                .Select(pair => new FileMove(to + pair.First.Path[from.Length..], pair.First.Path))
                .ToList();
            await context.Writer.MoveAsync(moved, cancellationToken);
            return new EffectOutcome(
                call.Use,
                Verdict.Failed,
                $"{stuck.Path} could not be moved ({stuck.Error}); everything was moved back and RootDir is unchanged."
            );
        }

        await setRoot();
        return new EffectOutcome(call.Use, Verdict.Clear, $"{Words.Count(files.Count, "file")} moved to {to}; RootDir points there.");
    }

    private static RegistryValue Root(string folder) => new("RootDir", ValueKind.Sz, folder);

    private static string Target(Call call, string from) => $@"{PathGrammar.Windows.Volume(call.With["to"])}{from[2..]}";

    /// <summary>Everything but Queue.dat, which is rebuilt (Q244048).</summary>
    private static async Task<List<FileEntry>> FilesAsync(Site site, string folder, CancellationToken cancellationToken) =>
        [
            .. (await site.Host.Files.ListAsync(folder, "*", recursive: true, cancellationToken) ?? []).Where(file =>
                !file.Folder && !PathGrammar.Windows.Same(file.Path, PathGrammar.Windows.Join(folder, "Queue.dat"))
            ),
        ];
}

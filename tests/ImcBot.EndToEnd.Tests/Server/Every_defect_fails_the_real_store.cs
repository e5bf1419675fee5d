using ImcBot.Lab.Server.Api;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Host;
using ImcBot.Lab.Server.Mail;
using ImcBot.Testing;

namespace ImcBot.EndToEnd.Tests.Server;

public sealed class Every_defect_fails_the_real_store
{
    [Fact]
    public async Task One_after_the_other_each_with_its_own_effect()
    {
        var stopping = DefectTable.Stopping;
        Assert.True(stopping.Count >= 10);
        var archiving = DefectTable.All.Where(defect => defect.Effect == DefectEffect.Archive).ToList();
        var faults = string.Join(',', stopping.Concat(archiving).Select(defect => $"message:{defect.Id}"));
        await using var server = await RunningServer.StartAsync("--faults", faults, "--count", "60");
        await server.DoAsync("files/folder", new FolderOrder(@"D:\ImcBotHold"));
        var met = new List<string>();
        var after = 0;
        for (var i = 0; i < stopping.Count; i++)
        {
            var events = await server.UntilStoppedAsync(after);
            var name = (await server.FilesAsync(RunningServer.Imcdata + @"\In"))
                .Where(file => !file.Folder)
                .MinBy(file => file.Modified)!
                .Path.Split('\\')[^1];
            var message = (await server.TruthAsync()).Messages.Single(other => other.Name == name);
            var defect = DefectTable.ById(message.Defect!);
            met.Add(defect.Id);
            Assert.Equal(
                defect.Stage == ConversionStage.Convert ? [name] : [],
                events.Where(entry => entry.Id == 4182).SelectMany(entry => entry.Strings)
            );
            Assert.Equal(defect.Effect == DefectEffect.CrashOutOfMemory, events.Exists(entry => entry.Id == 12800));
            await server.UntilStateAsync(
                RunningServer.Store,
                defect.Effect == DefectEffect.Hang ? ServiceState.Running : ServiceState.Stopped
            );
            Assert.Null(
                (await server.MoveAsync(new MoveOrder($@"{RunningServer.Imcdata}\In\{name}", $@"D:\ImcBotHold\{name}"))).Single().Code
            );
            after = (await server.EventsAsync())[^1].Index;
            await server.DoAsync($"services/{RunningServer.Imc}/start");
        }

        await server.GoodMailFlowsAsync();
        Assert.Equal(stopping.Select(defect => defect.Id).Order(), met.Order());
        var truth = await server.TruthAsync();
        await RunningServer.UntilAsync(
            async () =>
                (truth = await server.TruthAsync()).Messages.Count(message => message.State == MessageState.Archived) == archiving.Count,
            () => "What the store refuses was not archived."
        );
        Assert.All(
            truth.Messages.Where(message => message.State == MessageState.Archived),
            message => Assert.Contains(DefectTable.ById(message.Defect!), archiving)
        );
        Assert.Equal(stopping.Count(defect => defect.Effect != DefectEffect.Hang), truth.StoreCrashes);
    }

    [Fact]
    public async Task Real_mail_from_a_folder_never_does()
    {
        var folder = Repository.Shared("data/mail");
        Assert.SkipWhen(folder is null, "The shared mail is not beside this repository.");
        await using var server = await RunningServer.StartAsync("--mail", folder!, "--count", "150");
        await server.GoodMailFlowsAsync();
        var truth = await server.TruthAsync();
        Assert.Equal((150, 0), (truth.Messages.Count, truth.StoreCrashes));
        Assert.Contains(server.Output, line => line.Contains("is not used as good mail", StringComparison.Ordinal));
    }
}

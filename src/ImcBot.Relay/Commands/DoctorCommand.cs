using System.CommandLine;
using System.Text.Json;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Session;

namespace ImcBot.Relay.Commands;

/// <summary><c>doctor</c>: looks whether the relay can do its work, and says what to do where it cannot.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan MostApart = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var command = new Command("doctor", "Looks whether everything the relay needs is there");
        command.SetAction((parsed, cancellationToken) =>
            RelayCommand.WithOptionsAsync(parsed, options => LookAsync(options, parsed.GetValue(RelayCommand.Json), cancellationToken)));
        return command;
    }

    private static async Task<int> LookAsync(RelayOptions options, bool json, CancellationToken cancellationToken)
    {
        var well = true;
        await TellAsync("enrolment", () => Task.FromResult(Membership.Read(options.MembershipFile) is { } membership
            ? (true, $"enrolled as {membership.Relay} with {membership.Bot}") : (false, "not enrolled: run 'imcbot-relay enrol --code CODE'")));
        await TellAsync("bot", () => BotAsync(options, cancellationToken));
        await TellAsync("server", async () =>
        {
            using var house = await RelayHouse.OpenAsync(options, TimeProvider.System, cancellationToken);
            return (true, $"{house.Site.Host.Name} answers");
        });
        await TellAsync("services", () => OnSiteAsync(async site =>
            (true, $"{Site.ImcService} is {Words.Of((await site.ServiceAsync(Site.ImcService, cancellationToken)).State)}")));
        await TellAsync("imcdata", () => OnSiteAsync(async site =>
            await site.Host.Files.ListAsync(await site.ImcdataAsync(cancellationToken), "*", recursive: false, cancellationToken) is null
                ? (false, "RootDir names a folder that is not there") : (true, await site.ImcdataAsync(cancellationToken))));
        await TellAsync("clock", () => OnSiteAsync(async site =>
        {
            var apart = TimeSpan.FromMicroseconds(Math.Abs(Clock.Micros(site.Time.GetUtcNow()) - await site.Host.Machine.TimeAsync(cancellationToken)));
            return (apart < MostApart, $"server and relay are {apart.TotalSeconds:0} s apart");
        }));
        return well ? RelayCommand.Done : RelayCommand.NotDone;

        async Task TellAsync(string what, Func<Task<(bool Well, string Said)>> look)
        {
            (bool Well, string Said) found;
            try
            {
                found = await look();
            }
            catch (Exception exception) when (exception is HostException or JsonException or IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
            {
                found = (false, exception.Message);
            }

            well &= found.Well;
            Output.Write(json, new { what, ok = found.Well, said = found.Said }, $"{(found.Well ? "ok  " : "LOOK")} {what,-10} {found.Said}");
        }

        async Task<(bool, string)> OnSiteAsync(Func<Site, Task<(bool, string)>> look)
        {
            using var house = await RelayHouse.OpenAsync(options, TimeProvider.System, cancellationToken);
            return await look(house.Site);
        }
    }

    private static async Task<(bool, string)> BotAsync(RelayOptions options, CancellationToken cancellationToken)
    {
        if (Membership.Read(options.MembershipFile) is not { } membership)
        {
            return (false, "unknown until the relay is enrolled");
        }

        using var http = new HttpClient { BaseAddress = new Uri(membership.Bot), Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var response = await http.GetAsync("/", cancellationToken);
            return (true, $"{membership.Bot} answers");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return (false, $"{membership.Bot} does not answer: {exception.Message}");
        }
    }
}

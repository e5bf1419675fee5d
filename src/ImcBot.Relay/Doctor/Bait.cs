using System.Text;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Doctor;

/// <summary>Writes the EICAR test string, which every scanner takes for a virus and which is none, where held items and the ledger lie, and
/// looks whether it is still there.
/// A scanner that eats it would eat evidence and work.</summary>
internal sealed class Bait(Site site, string data)
{
    private const string Name = "imcbot-antivirus-test.txt",
        Run = "doctor";

    /// <summary>In two halves, so that no scanner takes the relay itself.</summary>
    private static readonly string Eicar = string.Concat(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Diagnosis NotLooked =>
        Diagnosis.Good(
            "antivirus",
            "not looked: 'doctor --eicar' writes the harmless EICAR test file into the hold folder and the data folder for three seconds"
        );

    public async Task<Diagnosis> LookAsync(CancellationToken cancellationToken)
    {
        var hold = site.HoldOn((await site.WorkVolumesAsync(cancellationToken))[0]);
        var eaten =
            await OnServerAsync(hold, cancellationToken) ? $"{hold} on {site.Host.Name}"
            : await HereAsync(cancellationToken) ? data
            : null;
        return eaten is null
            ? Diagnosis.Good("antivirus", $"leaves {hold} and {data} alone")
            : Diagnosis.Bad(
                "antivirus",
                $"a scanner took the test file from {eaten}: it would take held items too. Exclude that folder, on the server and "
                    + "on this host."
            );
    }

    private async Task<bool> OnServerAsync(string hold, CancellationToken cancellationToken)
    {
        var writer = site.Host.Writer(Run);
        var path = site.Host.Paths.Join(hold, Name);
        try
        {
            await writer.CreateFolderAsync(hold, cancellationToken);
            await writer.WriteAsync(path, Encoding.ASCII.GetBytes(Eicar), cancellationToken);
            await Task.Delay(Patience, site.Time, cancellationToken);
            await using var content = await site.Host.Files.OpenAsync(path, cancellationToken);
            using var reader = new StreamReader(content);
            return await reader.ReadToEndAsync(cancellationToken) != Eicar;
        }
        catch (HostException exception)
            when (exception.Kind is HostError.NotFound or HostError.Denied or HostError.InUse or HostError.Infected)
        {
            return true;
        }
        finally
        {
            if (await site.Host.Files.ListAsync(hold, Name, recursive: false, CancellationToken.None) is [var left, ..])
            {
                await writer.DeleteAsync([(left.Path, left.Id)], CancellationToken.None);
            }
        }
    }

    private async Task<bool> HereAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(data, Name);
        try
        {
            await File.WriteAllTextAsync(path, Eicar, cancellationToken);
            await Task.Delay(Patience, site.Time, cancellationToken);
            return await File.ReadAllTextAsync(path, cancellationToken) != Eicar;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

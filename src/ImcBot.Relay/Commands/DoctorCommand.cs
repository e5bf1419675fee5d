using System.CommandLine;
using ImcBot.Relay.Doctor;
using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>doctor</c>: looks whether the relay can do its work, and says what to do where it cannot. Exit code 1 when something is wrong.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var eicar = new Option<bool>("--eicar")
        {
            Description =
                "Also write the harmless antivirus test file into the hold folder and the data folder, and look whether a scanner takes it",
        };
        return new Command("doctor", "Looks whether everything the relay needs is there") { eicar }.Doing(
            (options, parsed, json, cancellationToken) => LookAsync(options, parsed.GetValue(eicar), json, cancellationToken)
        );
    }

    private static async Task<int> LookAsync(RelayOptions options, bool eicar, bool json, CancellationToken cancellationToken)
    {
        var well = true;
        var diagnostics = new Diagnostics(
            options,
            cancellationToken => Driver.ConnectAsync(options, TimeProvider.System, cancellationToken),
            eicar,
            TimeProvider.System
        );
        await foreach (var diagnosis in diagnostics.LookAsync(cancellationToken))
        {
            well &= diagnosis.Well;
            Output.Write(
                json,
                new PrintedDiagnosis(diagnosis.What, diagnosis.Well, diagnosis.Said),
                $"{Output.Coloured(diagnosis.Well ? "ok  " : "LOOK", diagnosis.Well ? Shade.Green : Shade.Red)} "
                    + $"{diagnosis.What, -10} {diagnosis.Said}"
            );
        }

        return well ? RelayCommand.Done : RelayCommand.NotDone;
    }
}

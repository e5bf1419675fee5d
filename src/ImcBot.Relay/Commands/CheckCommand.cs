using System.CommandLine;
using ImcBot.Contracts;

namespace ImcBot.Relay.Commands;

/// <summary><c>check NAME|all</c>: runs checks without the bot. Exit code 1 when one is not clear.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"A check such as {Catalog.ServiceRunning}, or all" };
        var with = CallArguments.Option();
        return new Command("check", "Runs a read-only check, or all of them") { name, with }.Doing(
            (options, parsed, json, cancellationToken) =>
                CheckAsync(options, parsed.GetValue(name)!, parsed.GetValue(with)!, json, cancellationToken)
        );
    }

    /// <summary>
    /// What <c>check all</c> asks: the questions of the products that such a server may have, and of each other service of the policy how
    /// it is.
    /// </summary>
    internal static IReadOnlyList<Call> All(RelayOptions options)
    {
        List<Call> own = [.. ProductSet.All.Where(product => product.IsFor(options.Paths)).SelectMany(product => product.Checks)];
        var asked = own.Select(call => call.With.GetValueOrDefault("service")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. own,
            .. from service in options.Services
            where !asked.Contains(service.Name)
            from use in new[] { Catalog.ServiceRunning, Catalog.ServiceWanted, Catalog.ServiceWhy, Catalog.ConfigChecks }
            where use != Catalog.ConfigChecks || service.Check is not null
            select Call.To(use, ("service", service.Name)),
        ];
    }

    private static async Task<int> CheckAsync(
        RelayOptions options,
        string name,
        string[] with,
        bool json,
        CancellationToken cancellationToken
    )
    {
        var all = All(options);
        var calls = name == "all" ? all : [CallArguments.Read(name, with, all)];
        if (calls.Count == 0)
        {
            await Console.Error.WriteLineAsync(
                $"The policy names no service to ask about; name a check, as 'check {Catalog.ProgramsList}'."
            );
            return RelayCommand.WrongUse;
        }

        if (calls.Select(options.Policy.Refuse).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            await Console.Error.WriteLineAsync(refusal);
            return RelayCommand.WrongUse;
        }

        if (
            calls.FirstOrDefault(call => !(options.Policy.Catalog.GetValueOrDefault(call.Use) ?? Catalog.Find(call.Use)!).IsCheck) is
            { } action
        )
        {
            await Console.Error.WriteLineAsync($"'{action.Use}' changes the server; use 'plan {action.Use}' to see what it would do.");
            return RelayCommand.WrongUse;
        }

        using var house = await RelayHouse.OpenAsync(options, TimeProvider.System, cancellationToken);
        var clear = true;
        foreach (var call in calls)
        {
            var finding = await house.Actions.AskAsync(call, house.Site, cancellationToken);
            clear &= finding.Verdict == Verdict.Clear;
            Output.Write(
                json,
                new PrintedCheck(call.Use, call.With, finding.Verdict, finding.Summary, finding.Data),
                $"{Output.Coloured($"{finding.Verdict.ToString().ToLowerInvariant(), -8}", Of(finding.Verdict))} {call.Use, -18} "
                    + $"{finding.Summary}"
            );
        }

        return clear ? RelayCommand.Done : RelayCommand.NotDone;
    }

    private static Shade Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Clear => Shade.Green,
            Verdict.Unknown => Shade.Yellow,
            _ => Shade.Red,
        };
}

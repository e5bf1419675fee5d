using System.CommandLine;
using ImcBot.Contracts;

namespace ImcBot.Relay.Commands;

/// <summary><c>plan NAME --with …</c>: shows what an action would do. Reads only; the plan is not kept and cannot be approved.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"An action such as {Catalog.ServiceStart}" };
        var with = CallArguments.Option();
        return new Command("plan", "Shows exactly what an action would do, without doing it") { name, with }.Doing(
            (options, parsed, json, cancellationToken) =>
                PlanAsync(options, CallArguments.Read(parsed.GetValue(name)!, parsed.GetValue(with)!, []), json, cancellationToken)
        );
    }

    private static async Task<int> PlanAsync(RelayOptions options, Call call, bool json, CancellationToken cancellationToken)
    {
        if (options.Policy.Refuse(call) is { } refusal)
        {
            await Console.Error.WriteLineAsync(refusal);
            return RelayCommand.WrongUse;
        }

        using var house = await RelayHouse.OpenAsync(options, TimeProvider.System, cancellationToken);
        var (plan, forbidden) = await house
            .Planner("none")
            .PlanAsync(new QuestionId(1, 1), new Remedy([call], null, [], []), cancellationToken);
        if (plan is not null)
        {
            Output.Write(json, plan, string.Join(Environment.NewLine, plan.Effects.Select(Line)));
        }

        if (forbidden is null)
        {
            return RelayCommand.Done;
        }

        await Console.Error.WriteLineAsync($"Would be refused: {forbidden}");
        return RelayCommand.NotDone;
    }

    private static string Line(PlannedEffect effect) =>
        $"{effect.Impact.ToString().ToLowerInvariant(), -12} {effect.Does}{Environment.NewLine}{"", -12} undo: "
        + $"{effect.Undo ?? "cannot be undone"}";
}

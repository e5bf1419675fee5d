using System.CommandLine;
using ImcBot.Relay.Actions;
using ImcBot.Relay.Hosts;
using ImcBot.Relay.Policy;

namespace ImcBot.Relay.Commands;

/// <summary>
/// <c>policy check FILE</c>: reads a policy file as the relay would at its start. Exit code 1 and every error with its line when it is
/// refused.
/// </summary>
internal static class PolicyCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A policy file such as policy.yaml" };
        var check = new Command("check", "Tells whether the relay would take a policy file") { file };
        check.SetAction(parsed => Check(parsed.GetValue(file)!, parsed.GetValue(RelayCommand.Json)));
        return new Command("policy", "What this relay may do") { check };
    }

    private static int Check(string file, bool json)
    {
        try
        {
            var policy = Read(file);
            Output.Write(
                json,
                new PrintedPolicy(
                    file,
                    Ok: true,
                    policy.Digest,
                    policy.Highest,
                    policy.Shadow,
                    [.. policy.Off],
                    [.. policy.Commands.Select(command => command.Id)]
                ),
                string.Join(Environment.NewLine, Tell(policy))
            );
            return RelayCommand.Done;
        }
        catch (PolicyException exception)
        {
            if (json)
            {
                Output.Write(json, new PrintedProblems(file, Ok: false, exception.Problems), "");
            }
            else
            {
                Console.Error.WriteLine(exception.Message);
            }

            return RelayCommand.NotDone;
        }
    }

    /// <summary>As a relay of either kind would; where neither takes it, the errors of the one that understands more are told.</summary>
    private static RelayPolicy Read(string file)
    {
        var refusals = new List<PolicyException>();
        foreach (var paths in Driver.Known.Values.Distinct())
        {
            try
            {
                return PolicyFile.Read(file, paths);
            }
            catch (PolicyException exception)
            {
                refusals.Add(exception);
            }
        }

        throw refusals.MinBy(refusal => refusal.Problems.Count)!;
    }

    private static IEnumerable<string> Tell(RelayPolicy policy)
    {
        yield return $"digest    {policy.Digest}";
        yield return $"impact    up to {RelayPolicy.Word(policy.Highest)}{(policy.Shadow ? ", shadow mode: nothing is carried out" : "")}";
        yield return $"off       {List(policy.Off)}";
        yield return $"folders   {List(policy.Folders)}";
        yield return $"deletes   {List(policy.Disposable.Select(one => one.ToString()))}";
        yield return $"services  {List(policy.Services)}";
        yield return $"vectors   {List(policy.Described.Where(one => one.IsOwn).Select(one => one.Name))}";
        yield return $"registry  {List(policy.Values.Select(value => $@"{value.Key}\{value.Name}"))}";
        yield return $"caps      {Words.Count(policy.StartsPerHour, "start")} an hour, "
            + $"{Words.Count(policy.CrashesPerIncident, "crash", "crashes")} an incident";
        yield return $"commands  {List(policy.Commands.Select(command => command.Id))}";
    }

    private static string List(IEnumerable<string> words) => string.Join(", ", words) is { Length: > 0 } list ? list : "none";
}

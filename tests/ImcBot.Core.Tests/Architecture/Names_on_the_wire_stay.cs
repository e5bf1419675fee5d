using System.Text.Json;
using ImcBot.Contracts;
using Xunit;

namespace ImcBot.Core.Tests.Architecture;

/// <summary>
/// Journals and relays of earlier versions hold these names; what they are called in the code may change, the names may not.
/// </summary>
public sealed class Names_on_the_wire_stay
{
    private const string Round = """
        {"kind":"return","verdict":"crashed","outline":null,"accepted":"0-1","inSpool":"2","archived":"","named":"","possibleDuplicates":"","arrived":1,"firstUnaccepted":2,"storeCrashed":true,"seconds":4.5,"counts":{"found":3,"arrived":1,"inSpool":1,"held":1,"accepted":2,"archived":0,"deleted":0,"unknown":0,"isBalanced":true},"firstAcceptedAt":7}
        """;

    [Fact]
    public void A_round_of_an_earlier_version_is_read_and_written_with_its_names()
    {
        var read = JsonSerializer.Deserialize<RoundReport>(Round, WireJson.Options)!;

        Assert.Equal((true, IndexSet.Of(2), 1), (read.Crashed, read.InQueue, read.Counts.InQueue));
        Assert.Equal(Round.Trim(), JsonSerializer.Serialize(read, WireJson.Options));
    }

    [Fact]
    public void Names_of_arguments_answers_and_roles_stay() =>
        Assert.Equal(
            "service starts store-crashes minutes continues question messages message held-for after storeDied storeDiedAt "
                + "mail-owner spool-not-the-cause",
            string.Join(
                ' ',
                CallArguments.Service,
                CallArguments.Starts,
                CallArguments.Crashes,
                CallArguments.Minutes,
                CallArguments.Continues,
                CallArguments.Question,
                CallArguments.Items,
                CallArguments.Item,
                CallArguments.HeldFor,
                CallArguments.After,
                CallArguments.CrashCount,
                CallArguments.CrashTimes,
                KeptNames.ItemOwner,
                KeptNames.QueueNotTheCause
            )
        );
}

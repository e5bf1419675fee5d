using System.CommandLine;

namespace ImcBot.Lab.Commands;

/// <summary>The command line of <c>imcbot-lab</c>: without a subcommand it runs the practice room.</summary>
internal static class LabCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Practises an incident: bot, relay and a server that really fails, all on this machine.")
        {
            RunCommand.Create(),
            DrillCommand.Create(),
            RoomCommand.Create(),
        };
        foreach (var command in ServerCommands.All())
        {
            root.Add(command);
        }

        RunCommand.Add(root);
        return root;
    }
}

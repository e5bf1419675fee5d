using System.CommandLine;
using ImcBot.Benchmarks.Isolation;
using ImcBot.Benchmarks.Loop;

Command[] commands =
[
    IsolationCommand.Create(),
    LoopCommand.Create(),
];

var root = new RootCommand("Measurements of ImcBot; run with -c Release.");
foreach (var command in commands)
{
    root.Add(command);
}

return await root.Parse(args).InvokeAsync();

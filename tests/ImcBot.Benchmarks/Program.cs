using System.CommandLine;
using ImcBot.Benchmarks.Approvals;
using ImcBot.Benchmarks.Folder;
using ImcBot.Benchmarks.Hold;
using ImcBot.Benchmarks.Isolation;
using ImcBot.Benchmarks.Loop;
using ImcBot.Benchmarks.Open;
using ImcBot.Benchmarks.Polls;
using ImcBot.Benchmarks.Postfix;
using ImcBot.Benchmarks.Roster;
using ImcBot.Benchmarks.Start;
using ImcBot.Benchmarks.Suspicion;
using ImcBot.Benchmarks.Transcript;
using ImcBot.Benchmarks.Turns;

Command[] commands =
[
    IsolationCommand.Create(),
    LoopCommand.Create(),
    TranscriptCommand.Create(),
    FolderCommand.Create(),
    HoldCommand.Create(),
    PostfixCommand.Create(),
    RosterBenchmark.Create(),
    SuspicionCommand.Create(),
    TurnsCommand.Create(),
    ApprovalsCommand.Create(),
    DecidedCommand.Create(),
    PostsCommand.Create(),
    OpenCommand.Create(),
    GoneCommand.Create(),
    PollsCommand.Create(),
    StartCommand.Create(),
];

var root = new RootCommand("Measurements of ImcBot; run with -c Release.");
foreach (var command in commands)
{
    root.Add(command);
}

return await root.Parse(args).InvokeAsync();

using System.CommandLine;
using ImcBot.Relay.Commands;
using ImcBot.Relay.Session;

return await RelayCommand
    .Create()
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = RelaySession.LongestStop + TimeSpan.FromSeconds(20) });

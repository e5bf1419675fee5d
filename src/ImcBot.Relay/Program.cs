using ImcBot.Relay.Commands;

return await RelayCommand.Create().Parse(args).InvokeAsync();

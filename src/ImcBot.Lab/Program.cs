using ImcBot.Lab.Commands;

return await LabCommand.Create().Parse(args).InvokeAsync();

using System.CommandLine;
using System.CommandLine.Parsing;
using ImcBot.Lab.Room;

namespace ImcBot.Lab.Commands;

/// <summary><c>imcbot-lab room</c>: the room alone, for a bot started by hand or in a debugger.</summary>
internal static class RoomCommand
{
    public const string PlainHelp =
        "Behaves as the poorest client: 450 pixels wide, no views of one's own, posts taken without being named.";

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Where the page is; 0 takes a free port." };
        var bot = new Option<Uri?>("--bot")
        {
            Description = "The bot's message endpoint.",
            CustomParser = Address,
            DefaultValueFactory = _ => new("http://127.0.0.1:3978/api/messages"),
        };
        var server = new Option<Uri?>("--server")
        {
            Description = "The practice mail server behind the fault buttons.",
            CustomParser = Address,
        };
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Keeps the talk; a room opened on it again goes on where it stopped.",
            Required = true,
        };
        var plain = new Option<bool>("--plain") { Description = PlainHelp };
        var command = new Command("room", "Opens the chat room alone, for a bot that you start yourself.")
        {
            port,
            bot,
            server,
            data,
            plain,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var settings = new RoomSettings
                {
                    Address = new($"http://127.0.0.1:{Ports.Take(parsed.GetValue(port))}/"),
                    Bot = parsed.GetValue(bot)!,
                    Server = parsed.GetValue(server),
                    IsPlain = parsed.GetValue(plain),
                    DataFolder = parsed.GetValue(data)!.FullName,
                    IdentityHeader = Guid.NewGuid().ToString("N"),
                };
                await using var room = RoomApp.Build(settings, TimeProvider.System);
                await room.StartAsync(cancellationToken);
                Console.WriteLine($"Room: {settings.Address}");
                Console.WriteLine($"Give the bot: IDENTITY_ENDPOINT={settings.IdentityEndpoint} IDENTITY_HEADER={settings.IdentityHeader}");
                Console.WriteLine($"Token metadata: {settings.OpenIdMetadata}  app id: {settings.BotAppId}  tenant: {settings.TenantId}");
                await room.WaitForShutdownAsync(cancellationToken);
                return 0;
            }
        );
        return command;
    }

    private static Uri? Address(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }
        argument.AddError($"'{argument.Tokens[0].Value}' is not an address: give one like http://127.0.0.1:3978/.");
        return null;
    }
}

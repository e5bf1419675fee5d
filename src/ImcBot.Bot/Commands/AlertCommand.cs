using System.CommandLine;
using ImcBot.Bot.Alerts;

namespace ImcBot.Bot.Commands;

/// <summary>Shows what <c>POST /alerts</c> would read in a body.</summary>
internal static class AlertCommand
{
    private static readonly string[] Forms = ["alertmanager", "azure", "plain"];

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The body of a request: JSON, or form fields." };
        var source = new Option<string?>("--source")
        {
            Description = "One of Alerts:Sources, whose settings count; or a form: alertmanager, azure, plain.",
        };
        var read = new Command(
            "read",
            "Says which hosts an alert would open an incident for, and what is over, ignored or refused. Opens nothing, pages nobody."
        )
        {
            file,
            source,
        };
        read.SetAction(parsed => Read(parsed, parsed.GetRequiredValue(file), parsed.GetValue(source)));
        return new Command("alert", "Shows how alerts from monitoring are read.") { read };
    }

    private static int Read(ParseResult parsed, FileInfo file, string? source)
    {
        var read = AlertReader.Read(BytesOf(file), HostLabelOf(parsed, source));
        string[] refused =
            source is not null && Forms.Contains(source, StringComparer.Ordinal) && source != read.Form
                ? [.. read.Refused, $"The body is of the form {read.Form}, not {source}."]
                : [.. read.Refused];
        string[] Hosts(AlertState state) => [.. read.Alerts.Where(alert => alert.State == state).Select(alert => alert.Host)];
        var (opens, over, ignored) = (Hosts(AlertState.Firing), Hosts(AlertState.Over), Hosts(AlertState.Ignored));
        var text = read.Alerts.Count > 0 ? read.Alerts[0].Text : "";
        BotCommand.Print(
            parsed,
            string.Join(
                Environment.NewLine,
                [
                    $"form: {read.Form}",
                    .. Lines("opens", opens),
                    .. Lines("over", over),
                    .. Lines("ignored", ignored),
                    .. Lines("refused", refused),
                    $"text: {text}",
                ]
            ),
            new
            {
                Opens = opens,
                Over = over,
                Ignored = ignored,
                Refused = refused,
                Text = text,
            }
        );
        return read.Alerts.Count > 0 ? BotCommand.Done : BotCommand.NotDone;
    }

    private static IEnumerable<string> Lines(string word, string[] what) => what.Select(one => $"{word}: {one}");

    private static byte[] BytesOf(FileInfo file) =>
        file.Exists ? File.ReadAllBytes(file.FullName) : throw CommandException.WrongUse($"There is no file {file}.");

    private static string HostLabelOf(ParseResult parsed, string? source)
    {
        var options = BotCommand.ConfigurationOf(parsed).GetSection(AlertOptions.Section).Get<AlertOptions>() ?? new AlertOptions();
        return source is null || Forms.Contains(source, StringComparer.Ordinal) ? ""
            : options.Sources.TryGetValue(source, out var known) ? known.HostLabel
            : throw CommandException.WrongUse(
                $"'{source}' is none of Alerts:Sources ({string.Join(", ", options.Sources.Keys)}) and no form: use "
                    + $"{string.Join(", ", Forms)}."
            );
    }
}

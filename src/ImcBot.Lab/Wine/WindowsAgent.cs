using System.Diagnostics;
using System.Text;

namespace ImcBot.Lab.Wine;

/// <summary>
/// The practice server's hand in the prefix (<c>Native/practice.c</c>): one line of fields for each order. While it runs, Wine keeps its
/// services.
/// </summary>
internal sealed class WindowsAgent : IDisposable
{
    private readonly Lock gate = new();
    private readonly Process process;

    private WindowsAgent(Process process) => this.process = process;

    /// <param name="heard">Called with the fields of each line that it says, one at a time.</param>
    public static WindowsAgent Start(WinePrefix prefix, string program, Action<string[]> heard)
    {
        var start = prefix.Start(program, "agent");
        start.RedirectStandardInput = true;
        start.StandardInputEncoding = new UTF8Encoding(false);
        start.StandardOutputEncoding = Encoding.UTF8;
        var agent = new WindowsAgent(Process.Start(start)!);
        _ = agent.process.StandardError.ReadToEndAsync();
        _ = Task.Run(() => agent.ListenAsync(heard));
        return agent;
    }

    public void Order(params string[] fields)
    {
        lock (gate)
        {
            try
            {
                process.StandardInput.Write(string.Join('\t', fields) + "\n");
                process.StandardInput.Flush();
            }
            catch (IOException)
            {
                // The prefix has ended; the relay in it has too, and whoever runs the site is told of that.
            }
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private async Task ListenAsync(Action<string[]> heard)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            heard(line.Split('\t'));
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Wine;

/// <summary>
/// Each service of the practice host has a Windows service as its face (<c>Native/practice.c</c>), which tells Windows the host's state and
/// hands on Windows' orders. What the host starts by itself, a dependency for instance, gets its face through the service manager too.
/// </summary>
internal sealed class ServiceMirror(ServiceManager services, Func<Task> settled, Action<string[]> order) : IDisposable
{
    private readonly Lock gate = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, NetworkStream> faces = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> called = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where the faces report.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Open()
    {
        listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>Tells Windows the states as they are now.</summary>
    public void ToWindows()
    {
        foreach (var service in services.List())
        {
            Tell(service);
        }
    }

    public void Dispose() => listener.Dispose();

    private void Tell(ServiceInfo service)
    {
        lock (gate)
        {
            if (faces.TryGetValue(service.Name, out var face))
            {
                Send(face, Line(service.State, service.ExitCode, service.ServiceCode));
                if (service.State == ServiceState.Stopped)
                {
                    faces.Remove(service.Name);
                }
            }
            else if (service.State is ServiceState.StartPending or ServiceState.Running && called.Add(service.Name))
            {
                order(["start", service.Name]);
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var one = client;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            if ((await reader.ReadLineAsync())?.Split(' ') is not [var how, var name])
            {
                return;
            }

            await AttachAsync(how, name, stream);
            while (await reader.ReadLineAsync() is "stop")
            {
                Order(() => services.Stop(name, WindowsFace.Name), name);
            }

            Lost(name, stream);
        }
        catch (IOException)
        {
            // Windows has ended the face.
        }
    }

    private async Task AttachAsync(string how, string name, NetworkStream stream)
    {
        if (how == "start")
        {
            await settled();
        }

        lock (gate)
        {
            faces[name] = stream;
            called.Remove(name);
        }

        if (how == "start")
        {
            Order(() => services.Start(name, WindowsFace.Name), name);
        }

        Tell(services[name]);
    }

    // A face that went without having been told to was ended by force, and its service with it.
    private void Lost(string name, NetworkStream stream)
    {
        lock (gate)
        {
            if (!faces.TryGetValue(name, out var face) || face != stream)
            {
                return;
            }

            faces.Remove(name);
        }

        Order(() => services.Stop(name, WindowsFace.Name), name);
    }

    private void Order(Action act, string name)
    {
        try
        {
            act();
        }
        catch (WindowsError)
        {
            Tell(services[name]);
        }
    }

    private static void Send(NetworkStream face, string line)
    {
        try
        {
            face.Write(Encoding.ASCII.GetBytes(line));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Gone; whoever reads from it is told.
        }
    }

    /// <summary>State and exit codes as Windows counts them.</summary>
    private static string Line(ServiceState state, int exitCode, long serviceCode) =>
        $"{state switch { ServiceState.Stopped => 1, ServiceState.StartPending => 2, ServiceState.StopPending => 3, _ => 4 }} "
        + $"{(uint)exitCode} {(uint)serviceCode}\n";
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ImcBot.Testing.Link;

/// <summary>Stands between a relay and its bot, as networks do, and does to their calls what its <see cref="Fault"/> says.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] HopByHop = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Content-Type"];

    private readonly HttpClient _bot;
    private readonly TestAuthority? _authority;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentDictionary<TcpClient, bool> _standing = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile Fault _fault = Fault.None;

    /// <param name="authority">Who issues the certificates; without one the proxy speaks plain HTTP.</param>
    public FaultProxy(Uri bot, TestAuthority? authority = null)
    {
        _bot = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = bot,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        (_authority, _certificate) = (authority, authority?.Issue(CertificateFlaw.None));
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"{(_authority is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Calls that came in while this proxy stands, whatever became of them.</summary>
    public int Calls => Volatile.Read(ref _calls);

    private int _calls;

    /// <summary>Counts from now on, for the calls that are under way too.</summary>
    public Fault Fault
    {
        get => _fault;
        set
        {
            _fault = value;
            if (value is Fault.Moved)
            {
                Move();
            }
            else if (value is Fault.WrongCertificate)
            {
                EndStanding();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        EndStanding();
        _bot.Dispose();
        _certificate?.Dispose();
        _end.Dispose();
    }

    private void Move()
    {
        foreach (var connection in _standing.Keys)
        {
            _standing.TryUpdate(connection, newValue: true, comparisonValue: false);
        }
    }

    private void EndStanding()
    {
        foreach (var connection in _standing.Keys)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception exception)
            when (exception is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        _standing[connection] = false;
        try
        {
            await using var stream = await SecureAsync(connection.GetStream());
            var calls = new CallReader(stream);
            while (await calls.NextAsync(_end.Token) is { } call)
            {
                Interlocked.Increment(ref _calls);
                await AnswerAsync(connection, stream, calls, call);
            }
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or SocketException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or AuthenticationException
                        or HttpRequestException
                        or InvalidOperationException
            )
        {
            // The connection is over, one way or another.
        }
        finally
        {
            _standing.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream stream)
    {
        if (_authority is null)
        {
            return stream;
        }

        using var wrong = _fault is Fault.WrongCertificate { Flaw: var flaw } ? _authority.Issue(flaw) : null;
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = wrong ?? _certificate }, _end.Token);
        return tls;
    }

    private Fault FaultOf(TcpClient connection) =>
        _standing.TryGetValue(connection, out var isOld) && isOld ? Fault.Stranger(HttpStatusCode.NotFound) : _fault;

    private async Task AnswerAsync(TcpClient connection, Stream stream, CallReader calls, Call call)
    {
        if (FaultOf(connection) is Fault.Answering stranger)
        {
            await stream.WriteAsync(stranger.ToBytes(), _end.Token);
            return;
        }

        if (FaultOf(connection) == Fault.BlackHole)
        {
            await calls.Gone.WaitAsync(_end.Token);
            return;
        }

        var answer = await AskBotAsync(calls, call);
        switch (FaultOf(connection))
        {
            case Fault.Answering late:
                await stream.WriteAsync(late.ToBytes(), _end.Token);
                break;
            case Fault.Cut(var bytes):
                await stream.WriteAsync(answer.AsMemory(0, Math.Min(bytes, answer.Length)), _end.Token);
                await stream.FlushAsync(_end.Token);
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
                connection.Dispose();
                break;
            case Fault.Slow(var bytes, var pause):
                for (var at = 0; at < answer.Length; at += bytes)
                {
                    await stream.WriteAsync(answer.AsMemory(at, Math.Min(bytes, answer.Length - at)), _end.Token);
                    await Task.Delay(pause, TimeProvider.System, _end.Token);
                }

                break;
            case var fault when fault == Fault.BlackHole:
                await calls.Gone.WaitAsync(_end.Token);
                break;
            default:
                await stream.WriteAsync(answer, _end.Token);
                break;
        }
    }

    /// <summary>The bot's answer as bytes. Given up when the caller is gone, so that the bot sees that too.</summary>
    private async Task<byte[]> AskBotAsync(CallReader calls, Call call)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path) { Content = new ByteArrayContent(call.Body) };
        foreach (var (name, value) in call.Headers)
        {
            if (!HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var asking = _bot.SendAsync(request, over.Token);
        if (await Task.WhenAny(asking, calls.Gone) != asking)
        {
            await over.CancelAsync();
        }

        using var response = await asking;
        var body = await response.Content.ReadAsByteArrayAsync(_end.Token);
        var head = new StringBuilder($"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\r\n");
        foreach (
            var (name, values) in response
                .Headers.Concat(response.Content.Headers)
                .Where(header => !HopByHop.Take(4).Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        )
        {
            head.Append($"{name}: {string.Join(", ", values)}\r\n");
        }

        head.Append(response.StatusCode is HttpStatusCode.NoContent ? "\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
    }
}

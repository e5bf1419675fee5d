using System.Net;
using System.Text;

namespace ImcBot.Testing.Link;

/// <summary>What is wrong with the way between a relay and its bot.</summary>
internal abstract record Fault
{
    /// <summary>Nothing is.</summary>
    public static Fault None { get; } = new Passing();

    /// <summary>Connections stand, and nothing comes back: neither an answer nor an end. What went in before may have arrived.</summary>
    public static Fault BlackHole { get; } = new Hole();

    /// <summary>Somebody else answers every call, with its own page; with HTML unless another type is said.</summary>
    public static Fault Stranger(
        HttpStatusCode status,
        string body = "<html><title>Sign in</title></html>",
        string type = "text/html",
        string? location = null
    ) => new Answering(status, body, type, location);

    private sealed record Passing : Fault;

    private sealed record Hole : Fault;

    /// <summary>The call arrives, and its answer is cut off, with the connection, after so many bytes.</summary>
    internal sealed record Cut(int Bytes) : Fault;

    /// <summary>The call arrives; its answer comes in pieces of so many bytes, each a while after the one before.</summary>
    internal sealed record Slow(int Bytes, TimeSpan Pause) : Fault;

    /// <summary>New connections see another certificate. Those that stand are ended.</summary>
    internal sealed record WrongCertificate(CertificateFlaw Flaw) : Fault;

    /// <summary>
    /// The bot is at another address, which new connections find; on those that stand, at the old one, somebody else answers from now on.
    /// </summary>
    internal sealed record Moved : Fault;

    internal sealed record Answering(HttpStatusCode Status, string Body, string Type, string? Location) : Fault
    {
        public byte[] ToBytes()
        {
            var hasBody = Status is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent);
            var content = Encoding.UTF8.GetBytes(hasBody ? Body : "");
            var head = new StringBuilder($"HTTP/1.1 {(int)Status} Answered\r\n");
            head.Append(Location is null ? "" : $"Location: {Location}\r\n")
                .Append(hasBody ? $"Content-Type: {Type}\r\n" : "")
                .Append(Status is HttpStatusCode.NoContent ? "" : $"Content-Length: {content.Length}\r\n")
                .Append("\r\n");
            return [.. Encoding.ASCII.GetBytes(head.ToString()), .. content];
        }
    }
}

namespace ImcBot.Lab.Server;

/// <summary>
/// How a practice server starts. A root folder that was used before goes on where it stopped; then only <c>Port</c>, <c>Arrivals</c>,
/// <c>UrlFile</c> and <c>StopLimit</c> matter.
/// </summary>
/// <param name="Root">Folder for drives and state; created when missing.</param>
/// <param name="Port">HTTP port on the loopback address; 0 takes a free one.</param>
/// <param name="Count">Messages in In at the first start.</param>
/// <param name="Seed">Decides names, order, contents and defects.</param>
/// <param name="Faults">Planted before the first start.</param>
/// <param name="Mail">Folder tree of message files to use as good mail; null generates messages.</param>
/// <param name="Arrivals">Further messages a minute over SMTP.</param>
/// <param name="UrlFile">File that receives the URL once the server answers.</param>
/// <param name="StopLimit">Seconds after which a service process that does not follow a stop request is ended.</param>
/// <param name="Services">Names of further services, which run without doing anything until they fail at the console.</param>
/// <param name="Wine">Folder of a Windows prefix in which the server is shown as a Windows server; null shows it nowhere else.</param>
internal sealed record ServerOptions(
    string Root,
    int Port = 0,
    int Count = 200,
    int Seed = 1,
    IReadOnlyList<string>? Faults = null,
    string? Mail = null,
    int Arrivals = 0,
    string? UrlFile = null,
    string? Wine = null,
    int StopLimit = 2,
    IReadOnlyList<string>? Services = null
);

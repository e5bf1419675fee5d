using ImcBot.Lab.Server.Host;

namespace ImcBot.Lab.Server.Api;

internal sealed record MoveOrder(string From, string To);

internal sealed record MoveOrders(IReadOnlyList<MoveOrder> Moves);

internal sealed record MoveResult(string From, string To, string? Error = null, int? Code = null);

internal sealed record DeleteOrders(IReadOnlyList<string> Paths, IReadOnlyList<string?>? Ids = null);

internal sealed record DeleteResult(string Path, string? Error = null, int? Code = null);

internal sealed record FolderOrder(string Path);

/// <summary>
/// The server's shares: list, read, write, move, delete. A list of orders is followed one by one; each has its own result.
/// </summary>
internal static class FilesApi
{
    private const long LargestBody = 256L << 20;

    public static void Map(IEndpointRouteBuilder routes, HostFiles files)
    {
        routes.MapGet(
            "/files",
            (string folder, string? pattern, bool? recursive) => new { Entries = files.List(folder, pattern ?? "*", recursive ?? false) }
        );
        routes.MapGet("/files/content", ReadAsync);
        routes.MapPut("/files/content", WriteAsync);
        routes.MapGet("/files/version", (string path) => new { Version = files.Version(path) });
        routes.MapGet("/files/link", (string path) => new { Link = files.Link(path) });
        routes.MapPost(
            "/files/folder",
            (FolderOrder order, HttpRequest request) =>
            {
                files.CreateFolder(order.Path, Caller.Of(request));
                return Results.NoContent();
            }
        );
        routes.MapPost(
            "/files/move",
            (MoveOrders orders, HttpRequest request) =>
            {
                var names = new FolderNames();
                return new { Results = orders.Moves.Select(order => Move(order, Caller.Of(request), names)).ToList() };
            }
        );
        routes.MapPost(
            "/files/delete",
            (DeleteOrders orders, HttpRequest request) =>
                new
                {
                    Results = orders
                        .Paths.Select((path, i) => Delete(path, orders.Ids?.ElementAtOrDefault(i), Caller.Of(request)))
                        .ToList(),
                }
        );

        async Task ReadAsync(string path, long? offset, long? length, HttpContext context)
        {
            await using var stream = files.Read(path, offset ?? 0);
            context.Response.ContentType = "application/octet-stream";
            var left = Math.Min(length ?? long.MaxValue, Math.Max(0, stream.Length - stream.Position));
            var buffer = new byte[81920];
            while (
                left > 0
                && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), context.RequestAborted)
                    is > 0
                        and var read
            )
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                left -= read;
            }
        }

        async Task<IResult> WriteAsync(string path, HttpContext context)
        {
            if (context.Request.ContentLength > LargestBody)
            {
                throw WindowsError.Bad("The content is larger than 256 MB.");
            }

            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
            await files.WriteAsync(path, content.ToArray(), Caller.Of(context.Request), context.RequestAborted);
            return Results.NoContent();
        }

        MoveResult Move(MoveOrder order, string by, FolderNames names)
        {
            try
            {
                files.Move(order.From, order.To, by, names);
                return new MoveResult(order.From, order.To);
            }
            catch (Exception e) when (e is WindowsError or IOException or UnauthorizedAccessException)
            {
                return new MoveResult(order.From, order.To, Sentence(e), Code(e));
            }
        }

        DeleteResult Delete(string path, string? id, string by)
        {
            try
            {
                files.Delete(path, id, by);
                return new DeleteResult(path);
            }
            catch (Exception e) when (e is WindowsError or IOException or UnauthorizedAccessException)
            {
                return new DeleteResult(path, Sentence(e), Code(e));
            }
        }
    }

    // What vanished between our check and the deed, mostly.
    private static int Code(Exception e) =>
        e switch
        {
            WindowsError error => error.Code,
            FileNotFoundException or DirectoryNotFoundException => WindowsError.NotFound,
            _ => WindowsError.Denied,
        };

    private static string Sentence(Exception e) =>
        e is WindowsError ? e.Message : "The file changed while it was being worked on. List the folder again.";
}

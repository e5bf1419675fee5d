using System.Text.Json.Nodes;

namespace ImcBot.Lab.Room;

/// <summary>
/// Files that the bot offers in a personal chat: the person allows it, the bot uploads, the person opens it. Kept in the room's folder.
/// </summary>
internal sealed class FileDesk(RoomSettings settings)
{
    private const long Largest = 64 * 1024 * 1024;
    private const string ConsentType = "application/vnd.microsoft.teams.card.file.consent";

    private readonly string _folder = Path.Combine(settings.DataFolder, "files");

    public static JsonObject? Offer(Post post) =>
        (post.Activity["attachments"] as JsonArray)
            ?.OfType<JsonObject>()
            .FirstOrDefault(attachment => attachment["contentType"]?.ToString() == ConsentType);

    /// <summary>The value of the invoke that tells the bot what the person chose; on yes it says where to put the bytes.</summary>
    public JsonObject Choice(JsonObject offer, bool accept)
    {
        var answer = new JsonObject
        {
            ["type"] = "fileUpload",
            ["action"] = accept ? "accept" : "decline",
            ["context"] = offer["content"]?[accept ? "acceptContext" : "declineContext"]?.DeepClone(),
        };
        if (!accept)
        {
            return answer;
        }
        var id = Guid.NewGuid().ToString();
        var name = offer["name"]?.ToString() is { Length: > 0 } given ? Path.GetFileName(given) : "file";
        Directory.CreateDirectory(Path.Combine(_folder, id));
        var url = new Uri(settings.Address, $"_files/{id}/{Uri.EscapeDataString(name)}").ToString();
        answer["uploadInfo"] = new JsonObject
        {
            ["contentUrl"] = url,
            ["name"] = name,
            ["uploadUrl"] = url,
            ["uniqueId"] = id,
            ["fileType"] = Path.GetExtension(name).TrimStart('.'),
        };
        return answer;
    }

    /// <summary>The upload address is the permission, as in OneDrive: nobody else knows the id.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(
            "/_files/{id:guid}/{name}",
            async (Guid id, string name, HttpRequest request, CancellationToken cancellationToken) =>
            {
                if (Place(id, name) is not { } path)
                {
                    return ConnectorError.Of(404, "itemNotFound", "There is no upload with this address.");
                }
                if (request.ContentLength is not (>= 0 and <= Largest))
                {
                    return ConnectorError.Of(413, "invalidRequest", "Give the length of the file; at most 64 MB.");
                }
                await using (var file = File.Create(path))
                {
                    await request.Body.CopyToAsync(file, cancellationToken);
                }
                return Results.Json(
                    new
                    {
                        id,
                        name,
                        size = request.ContentLength,
                    },
                    statusCode: 201
                );
            }
        );
        routes.MapGet(
            "/_files/{id:guid}/{name}",
            (Guid id, string name) =>
                Place(id, name) is { } path && File.Exists(path) ? Results.File(path, "application/octet-stream", name) : Results.NotFound()
        );
    }

    private string? Place(Guid id, string name) =>
        Path.GetFileName(name) == name && Directory.Exists(Path.Combine(_folder, $"{id}")) ? Path.Combine(_folder, $"{id}", name) : null;
}

using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ImcBot.Contracts;

namespace ImcBot.Bot.Export;

/// <summary>
/// Keeps exported transcripts in a container of Azure Blob Storage. Each has a name of its own, and nothing there is written over.
/// </summary>
internal sealed class TranscriptVault(BlobContainerClient container)
{
    /// <summary>
    /// Keeps the file under its incident and digest and gives its name there; keeping the same bytes again changes nothing.
    /// </summary>
    /// <exception cref="RequestFailedException">The storage does not answer or does not let the bot write.</exception>
    /// <exception cref="Azure.Identity.AuthenticationFailedException">The bot cannot sign in.</exception>
    public async Task<string> KeepAsync(int incident, string name, byte[] content, CancellationToken cancellationToken)
    {
        var digest = ContentDigest.Of(content);
        var kept = $"INC-{incident}/{digest}{Path.GetExtension(name)}";
        var blob = container.GetBlobClient(kept);
        try
        {
            await blob.UploadAsync(
                BinaryData.FromBytes(content),
                new BlobUploadOptions
                {
                    Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                    HttpHeaders = new BlobHttpHeaders { ContentType = TranscriptWriter.MediaType(Path.GetExtension(name).TrimStart('.')) },
                },
                cancellationToken
            );
        }
        catch (AggregateException exception)
        {
            // What the client throws when it has tried more than once.
            throw new RequestFailedException("The storage does not answer.", exception);
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.BlobImmutableDueToPolicy)
        {
            if (ContentDigest.Of((await blob.DownloadContentAsync(cancellationToken)).Value.Content) != digest)
            {
                throw new RequestFailedException(
                    exception.Status,
                    $"{kept} in the vault holds other bytes than its name says: somebody else writes there.",
                    exception.ErrorCode,
                    exception
                );
            }
        }

        return kept;
    }
}

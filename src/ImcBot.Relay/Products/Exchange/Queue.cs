using ImcBot.Relay.Hosts;

namespace ImcBot.Relay.Products.Exchange;

/// <summary>Queue.dat: an index of the queues that holds no mail and is rebuilt at the next start (Q148727).</summary>
internal static class Queue
{
    public const string FileName = "Queue.dat";

    /// <summary>
    /// Renames it to Queue.r1.dat, Queue.r2.dat and so on: its stale pointers would show ghosts or deliver twice (Q239420).
    /// </summary>
    /// <param name="from">The first number to try.</param>
    /// <returns>The number it has now; also when there was none.</returns>
    public static async Task<int> SetAsideAsync(IHostWriter writer, string imcdata, int from, CancellationToken cancellationToken)
    {
        for (var number = from; ; number++)
        {
            var move = new FileMove(PathGrammar.Windows.Join(imcdata, FileName), PathGrammar.Windows.Join(imcdata, $"Queue.r{number}.dat"));
            var result = (await writer.MoveAsync([move], cancellationToken))[0];
            if (result.Done || result.Kind == HostError.NotFound)
            {
                return number;
            }

            if (result.Kind != HostError.Exists)
            {
                throw new HostException($"{FileName} could not be set aside: {result.Error}", result.Kind);
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ImcBot.Lab.Room;

/// <summary>Tells every open page what changed. A page that cannot keep up is let go; it reconnects and reads the room anew.</summary>
internal sealed class Audience
{
    private const int Backlog = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<Channel<PostView>, Person> _pages = [];

    /// <param name="wording">How one person sees it; null when it is none of their business.</param>
    public void Tell(Func<Person, PostView?> wording)
    {
        lock (_lock)
        {
            foreach (var (page, person) in _pages.ToArray())
            {
                if (wording(person) is { } view && !page.Writer.TryWrite(view))
                {
                    Leave(page);
                }
            }
        }
    }

    public async IAsyncEnumerable<PostView> Listen(Person person, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = Channel.CreateBounded<PostView>(Backlog);
        lock (_lock)
        {
            _pages[page] = person;
        }
        try
        {
            await foreach (var view in page.Reader.ReadAllAsync(cancellationToken))
            {
                yield return view;
            }
        }
        finally
        {
            lock (_lock)
            {
                Leave(page);
            }
        }
    }

    private void Leave(Channel<PostView> page)
    {
        _pages.Remove(page);
        page.Writer.TryComplete();
    }
}

namespace ImcBot.Bot.Export;

/// <summary>The first so many of a kind, and how many more there were.</summary>
/// <param name="counts">What is bounded; everything else is kept. All of it when null.</param>
internal sealed class Bounded<T>(int most, Func<T, bool>? counts = null)
{
    private readonly List<T> _items = [];
    private int _counted;

    public IReadOnlyList<T> Items => _items;

    public int LeftOut { get; private set; }

    public T? Last => _items.Count > 0 && LeftOut == 0 ? _items[^1] : default;

    public void Add(T item)
    {
        if (counts?.Invoke(item) == false || ++_counted <= most)
        {
            _items.Add(item);
        }
        else
        {
            LeftOut++;
        }
    }

    public void ReplaceLast(T item) => _items[^1] = item;

    public void Update(Func<int, T, T> change)
    {
        for (var index = 0; index < _items.Count; index++)
        {
            _items[index] = change(index, _items[index]);
        }
    }
}
